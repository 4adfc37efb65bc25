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
import { DAY_MS, MINUTE_MS } from '../platform/durations.ts';
import { didYouMean } from '../platform/nearest.ts';
import { type InputFault, invalidInput } from '../platform/problem.ts';
import type { ConsentRow } from './consents.repository.ts';

export const CONSENT_DAYS_DEFAULT = 90;
export const CONSENT_DAYS_MAX = 365;
/** Clocks differ: a consent may seem to be granted this far in the future. */
const CLOCK_SKEW_MS = 5 * MINUTE_MS;

/** A part of the client’s data that a consent names. @schema Category */
export const CATEGORIES = [
  /** Names, pronouns, date of birth. */
  'identity',
  /** E-mail address, phone, best times. */
  'contact',
  /** What the client seeks. */
  'reason',
  /** The client’s history. */
  'background',
  /** The sender’s notes. */
  'notes',
  /** Titles and addresses of documents. */
  'documents',
  /** Answers to what the receiver asks of new clients. */
  'intake',
] as const;
export type Category = (typeof CATEGORIES)[number];
/** A way that client data may take. @schema Direction */
export const DIRECTIONS = [
  /** From the sender to the receiver. */
  'forward',
  /** Back to the sender: what came of the referral. */
  'feedback',
  /** Questions, answers and notes between the two. */
  'messages',
] as const;
type Direction = (typeof DIRECTIONS)[number];

const includes = <const T extends string>(...needed: T[]) =>
  v.check<T[], string>(
    (items) => needed.every((one) => items.includes(one)),
    `must include ${needed.join(' and ')}`,
  );

/** The name by which somebody signs, and on what authority where it is for another person. */
export const signedBy = line(160);
export const representativeAuthority = line(200);

const common = {
  /** What may be disclosed; `identity` and `contact` at least. */
  categories: v.pipe(setOf(oneOf(CATEGORIES), CATEGORIES.length), includes<Category>('identity', 'contact')),
  /** Which ways it may take; `forward` at least. */
  directions: v.pipe(setOf(oneOf(DIRECTIONS), DIRECTIONS.length), includes<Direction>('forward')),
  /** What it is for: 1 to 10 purposes in plain words. */
  purposes: setOf(line(200), 10, 1),
  /** When the client agreed, not in the future. */
  granted_at: time,
  /** When it ends, at most 365 days after `granted_at`; without it 90 days after. */
  expires_at: v.optional(time),
  /** The name of who signed. */
  signed_by: signedBy,
  /** On what authority, where somebody signed for the client, such as `guardian`. */
  representative_authority: v.optional(representativeAuthority),
  /** `true`: the client agreed that the receiver learns at once who it is, not only when it accepts. */
  disclose_on_send: v.optional(v.boolean('must be true or false'), false),
  /**
   * `true`: records of substance-use treatment (42 CFR part 2) are among them; each disclosure then carries the
   * notice.
   */
  part2: v.optional(v.boolean('must be true or false'), false),
  /** The version of the notice that the client was given. */
  notice_version: v.optional(line(60)),
  /** The language in which the client was asked (BCP 47). */
  language: v.optional(language, 'en'),
};

/** Consent on paper. @schema WrittenConsent */
const WrittenConsentSchema = v.strictObject({
  /** On paper. */
  method: v.literal('written'),
  ...common,
  /** Where the signed paper is. */
  reference: line(300),
});
/** Consent in another system. @schema ElectronicConsent */
const ElectronicConsentSchema = v.strictObject({
  /** In another system. */
  method: v.literal('electronic'),
  ...common,
  /** Which system, and the record in it. */
  reference: line(300),
});
/** Consent that was spoken. @schema VerbalConsent */
const VerbalConsentSchema = v.strictObject({
  /** Spoken; only where the operator allows it. */
  method: v.literal('verbal'),
  ...common,
  /** Who heard it. */
  heard_by: line(160),
});

const OBTAINED_METHODS = ['written', 'electronic', 'verbal'];

/**
 * A consent that was obtained elsewhere, to be put on record (45 CFR 164.508(c), 42 CFR 2.31).
 * @schema ObtainedConsent
 */
export const ObtainedConsentSchema = v.variant(
  'method',
  [WrittenConsentSchema, ElectronicConsentSchema, VerbalConsentSchema],
  ({ input }) => `must be written, electronic or verbal${didYouMean(input, OBTAINED_METHODS)}`,
);

export type ObtainedConsent = v.InferOutput<typeof ObtainedConsentSchema>;

/** Why a client is offered one practice, where others might do. @schema SingleOptionReason */
export const SINGLE_OPTION_REASONS = [
  /** You know no other that offers it. */
  'only_one_suitable',
  /** You know no other that the client can reach. */
  'only_one_nearby',
  /** You know no other that takes clients now. */
  'only_one_available',
  /** The client asked for this one. */
  'client_request',
] as const;
export type SingleOptionReason = (typeof SINGLE_OPTION_REASONS)[number];

/** What the client is asked on our page. @schema ConsentRequest */
export const ConsentRequestSchema = v.strictObject({
  /** What may be disclosed, of the client’s data that you gave; without it all of it. */
  categories: v.optional(common.categories),
  /** What it is for; without it the service. */
  purposes: v.optional(common.purposes),
  /** Days that the consent is to be valid, 1 to 365; without it 90. */
  valid_days: v.optional(wholeNumber(1, CONSENT_DAYS_MAX)),
  /** `true`: the client is asked whether the receiver may learn at once who it is. */
  disclose_on_send: v.optional(v.boolean('must be true or false')),
  /** `true`: records of substance-use treatment (42 CFR part 2) are among them. */
  part2: v.optional(v.boolean('must be true or false')),
  /** Why you name one practice only: it is said to the client, who may choose somebody else. */
  single_option_reason: v.optional(oneOf(SINGLE_OPTION_REASONS)),
});

/**
 * The wish to ask the client on our page: the answer holds `consent_url`, to be passed on.
 * @schema HostedConsent
 */
export const HostedConsentSchema = v.strictObject({
  /** On our page. */
  method: v.literal('hosted'),
  ...ConsentRequestSchema.entries,
});

/**
 * With a new referral: consent that is on record, or the wish to ask the client on our page.
 * @schema NewConsent
 */
export const NewConsentSchema = v.variant(
  'method',
  [HostedConsentSchema, ...ObtainedConsentSchema.options],
  ({ input }) =>
    `must be hosted, written, electronic or verbal${didYouMean(input, ['hosted', ...OBTAINED_METHODS])}`,
);

/** The client’s consent. @schema Consent */
export const ConsentSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Whether it holds. */
  status: v.picklist([
    /** It holds. */
    'active',
    /** Its time has run out. */
    'expired',
    /** The client took it back. */
    'revoked',
  ]),
  /** Which ways client data may take. */
  directions: v.array(v.picklist(DIRECTIONS)),
  /** When it ends. */
  expires_at: timeOut,
  /** When the client took it back; null: not. */
  revoked_at: timeOutOrNull,
  /**
   * How it was given. Null to the receiver until the client is disclosed, as all that follow: they say something
   * about the client.
   */
  method: v.nullable(
    v.picklist([
      /** On our page. */
      'hosted',
      /** On paper. */
      'written',
      /** In another system. */
      'electronic',
      /** Spoken. */
      'verbal',
    ]),
  ),
  /** What may be disclosed. */
  categories: v.nullable(v.array(v.picklist(CATEGORIES))),
  /** Whether the receiver learns who the client is before it accepts. */
  disclose_on_send: v.nullable(v.boolean()),
  /** Whether records of substance-use treatment (42 CFR part 2) are among them. */
  part2: v.nullable(v.boolean()),
  /** When the client agreed; to the receiver, where it was on our page: when the referral was sent with that. */
  granted_at: timeOutOrNull,
  /** What it is for. Free text: null also where the identity is withheld. */
  purposes: v.nullable(v.array(v.string())),
});

/** When it ends; @throws Problem 422 where the times of the consent cannot be. */
export function consentPeriod(
  input: ObtainedConsent,
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

/** Until when news of the client may reach the sender; null where they never may. */
export const feedbackUntil = ({ directions, expires_at }: Pick<ConsentRow, 'directions' | 'expires_at'>) =>
  directions.includes('feedback') ? expires_at : null;

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
