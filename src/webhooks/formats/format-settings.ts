/** The format of an endpoint as its owner sets it: checked when saved, its secrets sealed. */
import type { Exchange } from '../../http/operation.ts';
import type { webhook_endpoints } from '../../platform/db/schema.ts';
import { invalidInput } from '../../platform/problem.ts';
import type { Vault } from '../../platform/vault/vault.ts';
import { formatPlace } from '../posting/attempt.ts';
import { requireDestination } from '../posting/resolve.ts';
import {
  checkSettings,
  destinationsOf,
  eventTypesDefault,
  type FormatName,
  type FormatSettings,
  formatOf,
  refuseEventTypes,
  refuseFormatUrl,
  refuseSeveral,
  splitSecrets,
} from './formats.ts';

export interface FormatWish {
  readonly format: FormatName;
  readonly format_settings: FormatSettings;
  readonly url: string;
  readonly event_types: readonly string[];
}

export type FormatColumns = Pick<
  typeof webhook_endpoints.$inferSelect,
  | 'format'
  | 'format_settings'
  | 'sealed_format_settings'
  | 'format_secret_names'
  | 'sealed_format_session'
  | 'format_session_until'
  | 'event_types'
>;

const refuse = (pointer: string, detail: string) => invalidInput([{ pointer, detail }]);

/** The URL that is used where the owner names none. @throws Problem 422 where the format has none of its own. */
export function requireUrl(url: string | undefined, format: FormatName): string {
  const used = url ?? formatOf(format).defaultUrl;
  if (used === null) throw refuse('/url', 'is required for this format');
  return used;
}

/** @throws Problem 422 that names every fault of the settings, or what does not go with the format */
export async function toFormatColumns(
  wish: FormatWish,
  endpointId: string,
  { vault, settings }: Exchange,
): Promise<FormatColumns> {
  const { format, url } = wish;
  const checked = checkSettings(format, wish.format_settings, '/format_settings');
  if (checked.faults) throw invalidInput(checked.faults);
  const urlFault = refuseFormatUrl(format, url, settings.allowPrivateDestinations);
  if (urlFault) throw refuse('/url', urlFault);
  const typesFault = refuseEventTypes(format, wish.event_types);
  if (typesFault) throw refuse('/event_types', typesFault);
  const isDefault = wish.event_types.length === 0 && formatOf(format).eventTypes !== null;
  const event_types = isDefault ? [...eventTypesDefault(format)] : [...wish.event_types];
  const severalFault = refuseSeveral(format, event_types, checked.settings);
  if (severalFault) throw invalidInput([severalFault]);
  for (const other of destinationsOf(format, checked.settings))
    await requireDestination(other.url, { settings }, other.pointer);
  const { plain, secret } = splitSecrets(format, checked.settings);
  return {
    format,
    format_settings: plain as Record<string, unknown>,
    sealed_format_settings:
      Object.keys(secret).length === 0
        ? null
        : await vault.sealSecret(JSON.stringify(secret), formatPlace(endpointId)),
    format_secret_names: Object.keys(secret),
    // Got with what was set before, from where that led.
    sealed_format_session: null,
    format_session_until: null,
    event_types,
  };
}

/** The settings that an endpoint has, its secrets opened. */
export async function openFormatSettings(
  row: Pick<typeof webhook_endpoints.$inferSelect, 'id' | 'format_settings' | 'sealed_format_settings'>,
  { vault }: { readonly vault: Vault },
): Promise<FormatSettings> {
  if (row.sealed_format_settings === null) return row.format_settings;
  const secret = await vault.openSecret(row.sealed_format_settings, formatPlace(row.id));
  return { ...row.format_settings, ...(JSON.parse(secret) as FormatSettings) };
}
