/** Consent that was obtained elsewhere and is put on record. Fields after 45 CFR 164.508(c) and 42 CFR 2.31. */
import * as v from 'valibot';
import {
  language,
  line,
  oneOf,
  setOf,
  time,
  timeOut,
  timeOutOrNull,
  toTime,
  wholeNumber,
} from '../http/fields.ts';
import { type InputFault, invalidInput } from '../platform/problem.ts';
import type { ConsentRow } from './consents.repository.ts';

const DAY_MS = 86_400_000;
export const CONSENT_DAYS_DEFAULT = 90;
export const CONSENT_DAYS_MAX = 365;
/** Clocks differ: a consent may seem to be granted this far in the future. */
const CLOCK_SKEW_MS = 5 * 60_000;

export const CATEGORIES = ['identity', 'contact', 'reason', 'background', 'notes', 'documents'] as const;
export type Category = (typeof CATEGORIES)[number];
export const DIRECTIONS = ['forward', 'feedback', 'messages'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** The notice that goes with records of substance-use treatment (42 CFR 2.32). */
export const PART2_NOTICE = '42 CFR part 2 prohibits unauthorized use or disclosure of these records.';

const includes = <const T extends string>(...needed: T[]) =>
  v.check<T[], string>(
    (items) => needed.every((one) => items.includes(one)),
    `must include ${needed.join(' and ')}`,
  );

/** The name by which somebody signs, and on what authority where it is for another person. */
export const signedBy = line(160);
export const representativeAuthority = line(200);

const common = {
  categories: v.pipe(setOf(oneOf(CATEGORIES), CATEGORIES.length), includes<Category>('identity', 'contact')),
  directions: v.pipe(setOf(oneOf(DIRECTIONS), DIRECTIONS.length), includes<Direction>('forward')),
  purposes: setOf(line(200), 10, 1),
  granted_at: time,
  expires_at: v.optional(time),
  signed_by: signedBy,
  representative_authority: v.optional(representativeAuthority),
  disclose_on_send: v.optional(v.boolean('must be true or false'), false),
  part2: v.optional(v.boolean('must be true or false'), false),
  notice_version: v.optional(line(60)),
  language: v.optional(language, 'en'),
};

export const ConsentInputSchema = v.variant(
  'method',
  [
    v.strictObject({ method: v.literal('written'), ...common, reference: line(300) }),
    v.strictObject({ method: v.literal('electronic'), ...common, reference: line(300) }),
    v.strictObject({ method: v.literal('verbal'), ...common, heard_by: line(160) }),
  ],
  'must be written, electronic or verbal',
);

export type ConsentInput = v.InferOutput<typeof ConsentInputSchema>;

/** What a client is asked on our page. Without `categories` those of the client's data that the sender gave. */
export const ConsentRequestInputSchema = v.strictObject({
  categories: v.optional(common.categories),
  purposes: v.optional(common.purposes),
  valid_days: v.optional(wholeNumber(1, CONSENT_DAYS_MAX), CONSENT_DAYS_DEFAULT),
  disclose_on_send: common.disclose_on_send,
  part2: common.part2,
});

export const HostedConsentSchema = v.strictObject({
  method: v.literal('hosted'),
  ...ConsentRequestInputSchema.entries,
});

/** With a new referral: consent that is on record, or the wish to ask the client on our page. */
export const NewConsentSchema = v.variant(
  'method',
  [HostedConsentSchema, ...ConsentInputSchema.options],
  'must be hosted, written, electronic or verbal',
);

export const ConsentSchema = v.object({
  id: v.string(),
  status: v.picklist(['active', 'expired', 'revoked']),
  directions: v.array(v.picklist(DIRECTIONS)),
  expires_at: timeOut,
  revoked_at: timeOutOrNull,
  /** Null to the receiver until the client is disclosed, as all that follow: they say something about the client. */
  method: v.nullable(v.picklist(['hosted', 'written', 'electronic', 'verbal'])),
  categories: v.nullable(v.array(v.picklist(CATEGORIES))),
  disclose_on_send: v.nullable(v.boolean()),
  part2: v.nullable(v.boolean()),
  granted_at: timeOutOrNull,
  /** Free text: null also where the identity is withheld. */
  purposes: v.nullable(v.array(v.string())),
});

/** When it ends; @throws Problem 422 where the times of the consent cannot be. */
export function consentPeriod(
  input: ConsentInput,
  now: number,
  pointer: string,
): { granted_at: number; expires_at: number } {
  const faults: InputFault[] = [];
  const granted_at = Math.min(input.granted_at, now);
  const expires_at = input.expires_at ?? granted_at + CONSENT_DAYS_DEFAULT * DAY_MS;
  if (input.granted_at > now + CLOCK_SKEW_MS)
    faults.push({ pointer: `${pointer}/granted_at`, detail: 'must not be in the future' });
  if (expires_at <= now)
    faults.push({
      pointer: `${pointer}/expires_at`,
      detail: `the consent has ended: without \`expires_at\` it is valid for ${CONSENT_DAYS_DEFAULT} days`,
    });
  if (expires_at > granted_at + CONSENT_DAYS_MAX * DAY_MS) {
    faults.push({
      pointer: `${pointer}/expires_at`,
      detail: `must be at most ${CONSENT_DAYS_MAX} days after granted_at`,
    });
  }
  if (faults.length > 0) throw invalidInput(faults);
  return { granted_at, expires_at };
}

export const isActive = (consent: Pick<ConsentRow, 'revoked_at' | 'expires_at'>, now: number) =>
  consent.revoked_at === null && consent.expires_at > now;

/** Whether news of the client may reach the sender now. */
export const allowsFeedback = (consent: ConsentRow | undefined, now: number) =>
  consent !== undefined && isActive(consent, now) && consent.directions.includes('feedback');

/**
 * What is needed to answer a referral: that there is a consent, until when, and what may be told to whom. The rest says
 * something about the client (that records of substance-use treatment are among them, that there are documents, how and
 * when they agreed), and so it is disclosed with the client.
 * @param purposes null where they are withheld
 */
export function presentConsent(
  row: ConsentRow,
  isClientDisclosed: boolean,
  purposes: string[] | null,
  now: number,
): v.InferOutput<typeof ConsentSchema> {
  const disclosed = <T>(value: T) => (isClientDisclosed ? value : null);
  return {
    id: row.id,
    status: row.revoked_at !== null ? 'revoked' : isActive(row, now) ? 'active' : 'expired',
    directions: row.directions as Direction[],
    expires_at: toTime(row.expires_at),
    revoked_at: toTime(row.revoked_at),
    method: disclosed(row.method),
    categories: disclosed(row.categories as Category[]),
    disclose_on_send: disclosed(row.disclose_on_send),
    part2: disclosed(row.part2),
    granted_at: disclosed(toTime(row.granted_at)),
    purposes,
  };
}
