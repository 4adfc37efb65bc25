/** Who the client is. One member a consent category; what is not consented to stays with the sender. */
import * as v from 'valibot';
import { date, email, httpsUrl, line, oneOf, phone, prose } from '../http/fields.ts';
import { IntakeAnswerSchema, IntakeAnswersSchema } from '../practices/intake/questions.ts';
import { foldName } from './names.ts';

const contact = v.strictObject({
  /** An e-mail address; at most 254 characters. */
  email: v.optional(email),
  /** A phone number, best with the country’s code, such as `+1 402 555 0100`. */
  phone: v.optional(phone),
  /** How the client would like to be reached. */
  preferred_way: v.optional(
    oneOf([
      /** By e-mail. */
      'email',
      /** By a call. */
      'phone',
      /** By a text message. */
      'text',
    ]),
  ),
  /** When the client can be reached, in words. */
  best_times: v.optional(line(200)),
});

/**
 * Who the client is. Each member is a category of the consent: what is not consented to stays with the sender. No
 * psychotherapy notes, and no notes of substance-use counselling: they need records of their own. @schema Client
 */
export const ClientSchema = v.strictObject({
  /** Who the client is. */
  identity: v.strictObject({
    /** First name. */
    given_name: line(100),
    // The client confirms it on our page.
    /** Last name. The client gives it to open our consent page. */
    family_name: v.pipe(
      line(100),
      v.check((name) => foldName(name) !== '', 'must hold something that can be typed'),
    ),
    /** What the client likes to be called. */
    preferred_name: v.optional(line(100)),
    /** Such as `she/her`. */
    pronouns: v.optional(line(40)),
    /** A day, `YYYY-MM-DD`. */
    date_of_birth: v.optional(date),
  }),
  /** How the client is reached: an e-mail address or a phone number at least. */
  contact: v.pipe(
    contact,
    v.check(
      (value) => value.email !== undefined || value.phone !== undefined,
      'must have an email or a phone',
    ),
  ),
  /** What the client seeks, in words; at most 4,000 characters. */
  reason: v.optional(prose(4000)),
  /** What the receiver should know of the client’s history; at most 8,000 characters. */
  background: v.optional(prose(8000)),
  /** Notes for the receiver; at most 8,000 characters. */
  notes: v.optional(prose(8000)),
  /** Up to 10 documents, by their addresses: files themselves are not stored here. */
  documents: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          /** What the document is called. */
          title: line(200),
          /** Where it is: https, with a login of your own. */
          url: httpsUrl,
        }),
        'must be an array',
      ),
      v.maxLength(10, 'must have at most 10 items'),
    ),
  ),
  /**
   * Answers to what the receiver asks about this service, by the names of the questions: its directory entry and
   * `POST /v1/referrals/check` show them. At most 20.
   */
  intake: v.optional(IntakeAnswersSchema),
});

export type Client = v.InferOutput<typeof ClientSchema>;

/** The client as disclosed: the consented categories only. @schema DisclosedClient */
export const DisclosedClientSchema = v.partial(
  v.object({
    ...ClientSchema.entries,
    /** Answers to what the receiver asked, each with its question as it was then. */
    intake: v.array(IntakeAnswerSchema),
  }),
);

/** The client as it is kept and shown, as far as it is there. */
export type ShownClient = v.InferOutput<typeof DisclosedClientSchema>;

/** The digits that are the same with and without the country's code. */
export const phoneEndOf = (text: string) => text.replaceAll(/\D/g, '').slice(-9);

/** By which the same client is known again: name and e-mail, or the phone where there is no e-mail. */
export function clientFingerprint(client: Client): string[] {
  const { identity, contact: reached } = client;
  const second = reached.email?.toLowerCase() ?? phoneEndOf(reached.phone ?? '');
  return [foldName(identity.given_name), foldName(identity.family_name), second];
}
