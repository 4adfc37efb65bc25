/** How the receiver's CRM answers by the links of an endpoint: what its stages mean, and how it proves who it is. */
import * as v from 'valibot';
import { line, oneOf } from '../../http/fields.ts';
import type { MasterPlace, Vault } from '../../platform/vault/vault.ts';
import { ReportSchema } from '../../referrals/outcomes.ts';
import { headerName } from '../posting/headers.ts';
import type { EndpointRow } from './endpoints.repository.ts';

const STAGES_MAX = 50;
const PATHS_MAX = 10;

export const CALLER_KINDS = ['header', 'basic', 'hubspot', 'pipedrive', 'espocrm'] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

const secret = v.pipe(
  v.string('must be a string'),
  v.regex(/^[\x21-\x7e]{8,255}$/, 'must be 8 to 255 visible ASCII characters'),
);

/** A name and a password (RFC 7617). */
const basic = {
  username: v.pipe(
    v.string('must be a string'),
    v.regex(/^[\x21-\x39\x3b-\x7e]{1,100}$/, 'must be visible ASCII characters without a colon'),
  ),
  password: secret,
};

const caller = v.variant(
  'kind',
  [
    /** Sends a secret in a header of one's choice, as most automation tools can. */
    v.strictObject({ kind: v.literal('header'), name: headerName, secret }),
    v.strictObject({ kind: v.literal('basic'), ...basic }),
    /** Signs after HubSpot's v3, or v2 where that comes, with the client secret of the app. */
    v.strictObject({ kind: v.literal('hubspot'), client_secret: secret }),
    /** Sends a name and a password, tells the whole deal with every edit, and stops calling after a few errors. */
    v.strictObject({ kind: v.literal('pipedrive'), ...basic }),
    /** Signs with the secret key of its webhook. */
    v.strictObject({ kind: v.literal('espocrm'), secret_key: secret }),
  ],
  `must be one of ${CALLER_KINDS.join(', ')}`,
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

/** Members that are left out stay as they are, or as they begin. */
export const CallbackChangeSchema = v.strictObject({
  stages: v.optional(stages),
  stage_paths: v.optional(
    v.nullable(
      v.pipe(
        v.array(path, 'must be an array of paths'),
        v.minLength(1, 'must have a path'),
        v.maxLength(PATHS_MAX, `must have at most ${PATHS_MAX} paths`),
      ),
    ),
  ),
  referral_path: v.optional(v.nullable(path)),
  caller: v.optional(v.nullable(caller)),
});
export type CallbackChange = v.InferOutput<typeof CallbackChangeSchema>;

export const CallbackSchema = v.object({
  /** What each stage of the CRM's reports; a stage that is not named changes nothing. */
  stages: v.record(v.string(), ReportSchema),
  /** Where in what the CRM posts its stage stands; the first place with a known one counts. */
  stage_paths: v.array(v.array(v.string())),
  /** Where in it the referral's id stands; null: anywhere. */
  referral_path: v.nullable(v.array(v.string())),
  /** Without what is secret of it. */
  caller: v.nullable(
    v.object({
      kind: oneOf(CALLER_KINDS),
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
  /** Those that were stored before there were headers have no `name`. */
  readonly caller?: (Omit<Caller, 'name'> & Partial<Caller>) | null;
}

export interface CallbackSettings {
  readonly stages: Readonly<Record<string, v.InferOutput<typeof ReportSchema>>>;
  readonly stage_paths: readonly (readonly string[])[];
  readonly referral_path: readonly string[] | null;
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
  const { stages = {}, stage_paths, referral_path = null, caller = null } = callback as StoredCallback;
  const ownPaths = (caller && STAGE_PATHS[caller.kind]) ?? [['stage']];
  return {
    stages,
    stage_paths: stage_paths ?? ownPaths,
    referral_path,
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
