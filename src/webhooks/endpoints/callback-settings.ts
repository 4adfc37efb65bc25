/** How the receiver's CRM answers by the links of an endpoint: what its stages mean, and how it proves who it is. */
import * as v from 'valibot';
import { line, oneOf } from '../../http/fields.ts';
import { didYouMean } from '../../platform/nearest.ts';
import type { MasterPlace, Vault } from '../../platform/vault/vault.ts';
import { ReportSchema } from '../../referrals/outcomes.ts';
import { systemName } from '../../referrals/own.schemas.ts';
import { headerName } from '../posting/headers.ts';
import type { EndpointRow } from './endpoints.repository.ts';

const STAGES_MAX = 50;
const PATHS_MAX = 10;

/** How a caller proves who it is. */
export const CALLER_KINDS = [
  /** By a secret in a header of one’s choice, as most automation tools can. */
  'header',
  /** By a user name and a password (RFC 7617). */
  'basic',
  /** By HubSpot’s signature, v3 or v2. */
  'hubspot',
  /** As `basic`; it tells the whole deal with every edit, and stops calling after a few errors. */
  'pipedrive',
  /** By the signature of EspoCRM’s webhooks. */
  'espocrm',
] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

const secret = v.pipe(
  v.string('must be a string'),
  v.regex(/^[\x21-\x7e]{8,255}$/, 'must be 8 to 255 visible ASCII characters'),
);

/** A name and a password (RFC 7617). */
const basic = {
  /** Visible ASCII without a colon, at most 100 characters. */
  username: v.pipe(
    v.string('must be a string'),
    v.regex(/^[\x21-\x39\x3b-\x7e]{1,100}$/, 'must be visible ASCII characters without a colon'),
  ),
  /** 8 to 255 visible ASCII characters; never shown again. */
  password: secret,
};

const caller = v.variant(
  'kind',
  [
    /** Sends a secret in a header of one's choice, as most automation tools can. */
    v.strictObject({
      /** Sends a secret in a header of one’s choice. */
      kind: v.literal('header'),
      /** The header’s name. */
      name: headerName,
      /** Its value: 8 to 255 visible ASCII characters; never shown again. */
      secret,
    }),
    v.strictObject({
      /** Sends a user name and a password. */
      kind: v.literal('basic'),
      ...basic,
    }),
    /** Signs after HubSpot's v3, or v2 where that comes, with the client secret of the app. */
    v.strictObject({
      /** Signs after HubSpot’s v3 or v2. */
      kind: v.literal('hubspot'),
      /** The client secret of your HubSpot app; never shown again. */
      client_secret: secret,
    }),
    /** Sends a name and a password, tells the whole deal with every edit, and stops calling after a few errors. */
    v.strictObject({
      /** Sends a user name and a password, as you set it in Pipedrive’s webhook. */
      kind: v.literal('pipedrive'),
      ...basic,
    }),
    /** Signs with the secret key of its webhook. */
    v.strictObject({
      /** Signs as EspoCRM does. */
      kind: v.literal('espocrm'),
      /** The secret key of its webhook; never shown again. */
      secret_key: secret,
    }),
  ],
  ({ input }) => `must be one of ${CALLER_KINDS.join(', ')}${didYouMean(input, CALLER_KINDS)}`,
);

function secretOf(one: v.InferOutput<typeof caller>): string {
  switch (one.kind) {
    case 'header':
      return one.secret;
    case 'hubspot':
      return one.client_secret;
    case 'espocrm':
      return one.secret_key;
    default:
      return one.password;
  }
}

const path = v.pipe(
  v.array(line(100), 'must be an array of names'),
  v.minLength(1, 'must name a member'),
  v.maxLength(PATHS_MAX, `must have at most ${PATHS_MAX} names`),
);

const sameStage = (stage: string) => stage.normalize('NFKC').trim().toLowerCase();

const stages = v.pipe(
  v.record(line(100), ReportSchema, 'must be an object of stages'),
  v.maxEntries(STAGES_MAX, `must have at most ${STAGES_MAX} stages`),
  v.check(
    (input) => new Set(Object.keys(input).map(sameStage)).size === Object.keys(input).length,
    'must not name a stage twice',
  ),
);

/**
 * How the CRM answers. Members that are left out stay as they are, or as they begin. @schema
 * CallbackSettingsRequest
 */
export const CallbackChangeSchema = v.strictObject({
  /** What each stage of the CRM reports, by its name; at most 50. */
  stages: v.optional(stages),
  /** Where in what the CRM posts its stage stands, each a list of names; null: where that kind of caller has it. */
  stage_paths: v.optional(
    v.nullable(
      v.pipe(
        v.array(path, 'must be an array of paths'),
        v.minLength(1, 'must have a path'),
        v.maxLength(PATHS_MAX, `must have at most ${PATHS_MAX} paths`),
      ),
    ),
  ),
  /** Where in it the referral’s id stands; null: anywhere. */
  referral_path: v.optional(v.nullable(path)),
  /**
   * Where in it the id of the CRM’s own record stands: noted in `external_ids` under `system`. Null: it is not looked
   * for.
   */
  record: v.optional(
    v.nullable(
      v.strictObject({
        /** The system: small letters, digits and _. */
        system: systemName,
        /** The names of members, one below the other. */
        path,
      }),
    ),
  ),
  /** Who may call, and how it proves who it is; null: whoever has the link. */
  caller: v.optional(v.nullable(caller)),
});
export type CallbackChange = v.InferOutput<typeof CallbackChangeSchema>;

/** How the CRM answers. @schema CallbackSettings */
export const CallbackSchema = v.object({
  /** What each stage of the CRM reports; a stage that is not named changes nothing. */
  stages: v.record(v.string(), ReportSchema),
  /** Where in what the CRM posts its stage stands; the first place with a known one counts. */
  stage_paths: v.array(v.array(v.string())),
  /** Where in it the referral’s id stands; null: anywhere. */
  referral_path: v.nullable(v.array(v.string())),
  /** Where in it the id of the CRM’s own record stands, and the system for `external_ids`; null: it is not looked for. */
  record: v.nullable(
    v.object({
      /** The system. */
      system: v.string(),
      /** The names of members, one below the other. */
      path: v.array(v.string()),
    }),
  ),
  /** Who may call, without what is secret of it; null: whoever has the link. */
  caller: v.nullable(
    v.object({
      /** How it proves who it is. */
      kind: oneOf(CALLER_KINDS),
      /** Its user name; null where it has none. */
      username: v.nullable(v.string()),
      /** Of the header, where `kind` is `header`. */
      name: v.nullable(v.string()),
    }),
  ),
});

interface Caller {
  readonly kind: CallerKind;
  readonly username: string | null;
  /** Of the header. */
  readonly name: string | null;
}

interface StoredCallback {
  readonly stages?: CallbackChange['stages'];
  readonly stage_paths?: readonly (readonly string[])[] | null;
  readonly referral_path?: readonly string[] | null;
  readonly record?: CallbackSettings['record'];
  /** Those that were stored before there were headers have no `name`. */
  readonly caller?: (Omit<Caller, 'name'> & Partial<Caller>) | null;
}

export interface CallbackSettings {
  readonly stages: Readonly<Record<string, v.InferOutput<typeof ReportSchema>>>;
  readonly stage_paths: readonly (readonly string[])[];
  readonly referral_path: readonly string[] | null;
  readonly record: { readonly system: string; readonly path: readonly string[] } | null;
  readonly caller: Caller | null;
}

/** Of deals, leads and contacts. */
const HUBSPOT_STAGES = ['dealstage', 'hs_pipeline_stage', 'hs_lead_status', 'lifecyclestage'];

const STAGE_PATHS: Partial<Record<CallerKind, CallbackSettings['stage_paths']>> = {
  hubspot: [
    ['stage'],
    ...HUBSPOT_STAGES.flatMap((name) => [['properties', name, 'value'], ['properties', name], [name]]),
  ],
  espocrm: [['status'], ['stage']],
  pipedrive: [
    ['data', 'status'],
    ['data', 'stage_id'],
  ],
};

export function callbackSettingsOf({ callback }: Pick<EndpointRow, 'callback'>): CallbackSettings {
  const stored = callback as StoredCallback;
  const { stages = {}, stage_paths, referral_path = null, record = null, caller = null } = stored;
  const ownPaths = (caller && STAGE_PATHS[caller.kind]) ?? [['stage']];
  return {
    stages,
    stage_paths: stage_paths ?? ownPaths,
    referral_path,
    record,
    caller: caller && { name: null, ...caller },
  };
}

const callbackPlace = (endpointId: string): MasterPlace => ({
  column: 'webhook_endpoints.sealed_callback_secret',
  row: endpointId,
});

export type CallbackColumns = Pick<EndpointRow, 'callback' | 'sealed_callback_secret'>;

export async function toCallbackColumns(
  change: CallbackChange,
  before: CallbackColumns,
  endpointId: string,
  vault: Vault,
): Promise<CallbackColumns> {
  const { caller, ...others } = change;
  const callback = { ...before.callback, ...others };
  if (caller === undefined) return { callback, sealed_callback_secret: before.sealed_callback_secret };
  if (caller === null) return { callback: { ...callback, caller: null }, sealed_callback_secret: null };
  const { kind } = caller;
  const stored: Caller = {
    kind,
    username: 'username' in caller ? caller.username : null,
    name: 'name' in caller ? caller.name : null,
  };
  return {
    callback: { ...callback, caller: stored },
    sealed_callback_secret: await vault.sealSecret(secretOf(caller), callbackPlace(endpointId)),
  };
}

/** What a stage means, and its name in the settings; null for one that means nothing here. */
export function meaningOfStage({ stages }: CallbackSettings, stage: string) {
  const found = Object.entries(stages).find(([name]) => sameStage(name) === sameStage(stage));
  return found ? { stage: found[0], report: found[1] } : null;
}

export const openCallbackSecret = (
  { id, sealed_callback_secret }: Pick<EndpointRow, 'id' | 'sealed_callback_secret'>,
  vault: Vault,
): Promise<string> => vault.openSecret(sealed_callback_secret ?? '', callbackPlace(id));
