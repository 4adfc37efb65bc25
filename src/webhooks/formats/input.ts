/** What a format may tell of: the event, and the referral as the practice may see it now. */
import type * as v from 'valibot';
import { CATEGORIES, type Category } from '../../consents/consents.schemas.ts';
import type { EventSchema } from '../../events/envelope.ts';
import type { ReferralSchema } from '../../referrals/referrals.schemas.ts';

export type Envelope = v.InferOutput<typeof EventSchema>;
type WholeReferral = v.InferOutput<typeof ReferralSchema>;

const TOLD = [
  'id',
  'direction',
  'state',
  'sender',
  'receiver',
  'service',
  'reason',
  'urgency',
  'languages',
  'client_jurisdiction',
  'client_city',
  'sent_at',
  'respond_by',
  'accepted_at',
  'client',
  'client_withheld',
  'redisclosure_notice',
] as const satisfies readonly (keyof WholeReferral)[];

/** Of a referral what leaves with a webhook: neither messages nor the consent itself. */
export type VisibleReferral = Pick<WholeReferral, (typeof TOLD)[number]>;
export type VisibleClient = NonNullable<VisibleReferral['client']>;

export interface FormatInput {
  readonly envelope: Envelope;
  /** Null where the endpoint is thin, or the event is about no referral. */
  readonly referral: VisibleReferral | null;
  /** The endpoint's own URL. */
  readonly url: string;
  /** Of the exchange: scheme, host and port. */
  readonly origin: string;
}

/** What the practice sees of a referral, without the categories that the endpoint never gets. */
export function toVisibleReferral(
  whole: WholeReferral,
  categoriesWithheld: readonly Category[],
): VisibleReferral {
  const client: Record<string, unknown> = {};
  for (const category of CATEGORIES) {
    const value = whole.client?.[category];
    if (value !== undefined && !categoriesWithheld.includes(category)) client[category] = value;
  }
  const told = Object.fromEntries(TOLD.map((name) => [name, whole[name]])) as VisibleReferral;
  return { ...told, client: Object.keys(client).length > 0 ? (client as VisibleClient) : null };
}

/** The envelope with the referral in it; the very envelope where there is none to tell. */
export const toFullEnvelope = ({ envelope, referral }: FormatInput) =>
  referral === null ? envelope : { ...envelope, data: { ...envelope.data, referral } };

export function textIn(data: Record<string, unknown>, member: string): string | null {
  const value = data[member];
  return typeof value === 'string' && value !== '' ? value : null;
}

export const referralIdOf = ({ envelope, referral }: FormatInput): string | null =>
  referral?.id ?? textIn(envelope.data, 'referral_id');

/** At most `charactersMax` UTF-16 units; never half a character of two units. */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** For a body that would be too large: the texts cut, the documents that do not fit left out. */
export function shortenClient(input: FormatInput, charactersMax: number): FormatInput {
  const { referral } = input;
  if (!referral?.client) return input;
  const { identity, contact, documents = [], ...texts } = referral.client;
  const client: Record<string, unknown> = {
    ...(identity ? { identity } : {}),
    ...(contact ? { contact } : {}),
  };
  for (const [category, text] of Object.entries(texts))
    if (text !== undefined && charactersMax > 0) client[category] = cut(text, charactersMax);
  const kept = documents.filter(({ title, url }) => title.length + url.length <= charactersMax).slice(0, 3);
  if (kept.length > 0) client.documents = kept;
  return { ...input, referral: { ...referral, client: client as VisibleClient } };
}
