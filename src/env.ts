/** Bindings and settings, checked once per isolate: a missing or malformed one is an error in words. */
import * as v from 'valibot';
import { decodeBase64 } from './platform/base64.ts';

const keyBytes = v.pipe(
  v.string(),
  v.check((text) => decodeBase64(text)?.length === 32, 'must be 32 bytes in base64'),
);

const KeyRingSchema = v.pipe(
  v.strictObject({
    /** The id of the key that is used for what is new. */
    current: v.string(),
    keys: v.record(v.pipe(v.string(), v.regex(/^[a-z0-9_-]{1,32}$/)), keyBytes),
  }),
  v.check((value) => value.current in value.keys, '`current` must name one of `keys`'),
);

const KeyRingTextSchema = v.pipe(v.string(), v.parseJson(), KeyRingSchema);

const SettingsSchema = v.object({
  ENVIRONMENT: v.picklist(['development', 'production']),
  PUBLIC_ORIGIN: v.pipe(v.string(), v.regex(/^https?:\/\/[^/]+$/)),
  ALLOW_PRIVATE_DESTINATIONS: v.picklist(['true', 'false']),
  DNS_OVER_HTTPS_URL: v.optional(v.pipe(v.string(), v.regex(/^(https:\/\/\S+)?$/)), ''),
  MASTER_KEYS: KeyRingTextSchema,
  LINK_KEYS: KeyRingTextSchema,
  LEDGER_KEYS: KeyRingTextSchema,
  BLIND_INDEX_KEY: keyBytes,
  OPERATOR_NAME: v.optional(v.pipe(v.string(), v.regex(/^\S.{0,119}$/)), 'The operator of this exchange'),
  OPERATOR_EMAIL: v.optional(v.pipe(v.string(), v.email()), 'operator@exchange.example'),
  OPERATOR_ADDRESS: v.optional(v.pipe(v.string(), v.regex(/^(\S.{0,199})?$/)), ''),
  CRISIS_LINE: v.optional(v.pipe(v.string(), v.regex(/^(\+?\d[\d -]{1,18}\d)?$/)), ''),
  PRACTICE_REQUESTS_PER_MINUTE: v.pipe(v.string(), v.regex(/^[1-9]\d{0,6}$/), v.transform(Number)),
  RETENTION_MONTHS: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,2}$/), v.transform(Number)), '24'),
});

/** Keys for one purpose, 32 bytes each in base64, by their ids. */
export type KeyRing = {
  readonly current: string;
  readonly keys: Readonly<Record<string, string>>;
};

export interface Settings {
  readonly production: boolean;
  /** Scheme, host and port under which the API is reached; links in answers and webhooks begin with it. */
  readonly publicOrigin: string;
  /** Development and tests only: webhooks may go to http and to this machine. */
  readonly allowPrivateDestinations: boolean;
  /** The resolver that is asked where a webhook's host leads; null: none is, and only its name is judged. */
  readonly dnsOverHttpsUrl: string | null;
  /** Wrap the data keys and seal the secrets of endpoints. */
  readonly masterKeys: KeyRing;
  /** Seal and sign links, cursors, sessions and forms. */
  readonly linkKeys: KeyRing;
  /** Seal the history. */
  readonly ledgerKeys: KeyRing;
  /** Finds a client again. */
  readonly blindIndexKey: string;
  /** Who runs the exchange, for clients and for whoever finds a fault in it. */
  readonly operator: {
    readonly name: string;
    readonly email: string;
    /** For letters; empty where none is told. */
    readonly address: string;
  };
  /** A number that people in crisis can call or text at any time, shown on each page of a client; empty: none is. */
  readonly crisisLine: string;
  /** The limit of PRACTICE_RATE_LIMIT, which does not tell it itself. */
  readonly practiceRequestsPerMinute: number;
  /** How many months after a referral or its consent has ended its client is erased. */
  readonly retentionMonths: number;
}

export const KEY_RING_NAMES = ['MASTER_KEYS', 'LINK_KEYS', 'LEDGER_KEYS'] as const;
export const SECRET_NAMES = [...KEY_RING_NAMES, 'BLIND_INDEX_KEY'] as const;

/** One of the secrets alone, for scripts that need no other. @throws Error that names it, and never its value. */
export function readKeyRing(
  name: (typeof KEY_RING_NAMES)[number],
  environment: Readonly<Record<string, string | undefined>>,
): KeyRing {
  const text = environment[name];
  const result = v.safeParse(KeyRingTextSchema, text);
  if (result.success) return result.output;
  throw new Error(
    `${name} is ${text === undefined ? 'missing' : 'malformed'}. See the configuration table in README.md.`,
  );
}

const settingsByEnv = new WeakMap<object, Settings>();

/** @throws Error that names every setting that is missing or malformed (never its value). */
export function readSettings(env: Env): Settings {
  const known = settingsByEnv.get(env);
  if (known) return known;
  const result = v.safeParse(SettingsSchema, env);
  if (!result.success) {
    const faults = result.issues.map(
      (issue) =>
        `${v.getDotPath(issue) ?? '?'}: ${issue.input === undefined ? 'is missing' : 'is malformed'}`,
    );
    throw new Error(`Settings are wrong. ${faults.join('; ')}. See the configuration table in README.md.`);
  }
  const settings: Settings = {
    production: result.output.ENVIRONMENT === 'production',
    publicOrigin: result.output.PUBLIC_ORIGIN,
    allowPrivateDestinations: result.output.ALLOW_PRIVATE_DESTINATIONS === 'true',
    dnsOverHttpsUrl: result.output.DNS_OVER_HTTPS_URL || null,
    masterKeys: result.output.MASTER_KEYS,
    linkKeys: result.output.LINK_KEYS,
    ledgerKeys: result.output.LEDGER_KEYS,
    blindIndexKey: result.output.BLIND_INDEX_KEY,
    operator: {
      name: result.output.OPERATOR_NAME,
      email: result.output.OPERATOR_EMAIL,
      address: result.output.OPERATOR_ADDRESS,
    },
    crisisLine: result.output.CRISIS_LINE,
    practiceRequestsPerMinute: result.output.PRACTICE_REQUESTS_PER_MINUTE,
    retentionMonths: result.output.RETENTION_MONTHS,
  };
  settingsByEnv.set(env, settings);
  return settings;
}
