/** Wire types of what is said with a move. */
import * as v from 'valibot';
import { id, oneOf, prose, time } from '../http/fields.ts';
import { CONTACT_KINDS, DECLINE_REASONS, NOT_ENGAGED_REASONS } from './codes.ts';

/** A reason with a note, beside other members. */
export const reasoned = <const T extends readonly string[], E extends v.ObjectEntries>(
  reasons: T,
  others: E,
) =>
  v.pipe(
    v.strictObject({
      ...others,
      /** Why. */
      reason: oneOf(reasons),
      /** More about it, for the other side; at most 2,000 characters. Required with the reason `other`. */
      note: v.optional(prose(2000)),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { reason, note } = dataset.value as { reason: string; note?: string };
      if (reason !== 'other' || note !== undefined) return;
      addIssue({
        message: 'is required with the reason `other`',
        path: [
          { type: 'object', origin: 'value', input: dataset.value as never, key: 'note', value: undefined },
        ],
      });
    }),
  );

/** An acceptance. @schema AcceptRequest */
export const AcceptSchema = v.strictObject({
  /** The professional of yours who takes the client on; without it nobody in particular. */
  professional_id: v.optional(id('professional')),
});
/** Why you do not take the client on. @schema DeclineRequest */
export const DeclineSchema = reasoned(DECLINE_REASONS, {});
/** Why the client did not become yours. @schema NotEngagedRequest */
export const NotEngagedSchema = reasoned(NOT_ENGAGED_REASONS, {});
/** A question to the sender. @schema QuestionRequest */
export const QuestionSchema = v.strictObject({
  /** What you need to know; at most 2,000 characters. It leaves only with the consent’s direction `messages`. */
  question: prose(2000),
});
/** An answer to the receiver. @schema ProvideInfoRequest */
export const ProvideInfoSchema = v.strictObject({
  /** At most 4,000 characters. It leaves only with the consent’s direction `messages`. */
  answer: prose(4000),
});
/** A contact with the client. @schema ContactRequest */
export const ContactInputSchema = v.strictObject({
  /** How it went. */
  kind: oneOf(CONTACT_KINDS),
  /** When it was, not in the future; without it now. */
  occurred_at: v.optional(time),
});
