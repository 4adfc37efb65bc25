/** Wire types of the answer to whether a referral could be sent. */
import * as v from 'valibot';
import { timeOut } from '../http/fields.ts';
import { CAPACITIES } from '../platform/db/schema.ts';
import { questionsExample } from '../practices/intake/intake.schemas.ts';
import { AskedQuestionsSchema } from '../practices/intake/questions.ts';
import { summaryExample } from './referrals.examples.ts';

/** What stands in its way, and where it would go. */
const toOne = {
  /** Whether sending it now would succeed, as far as it was given here. */
  sendable: v.boolean(),
  /**
   * All that stands in its way, in the order in which sending would name one after the other; empty where it is
   * `sendable`. Of a practice with which you have no active partnership nothing but that is said. With `candidates`:
   * what stands in the way of any of them.
   */
  reasons: v.array(
    v.object({
      /** The code of the problem with which sending would answer. */
      code: v.string(),
      /** What is wrong, and what to do. */
      detail: v.string(),
      /** Of `invalid_input`: each fault, by a JSON pointer (RFC 6901) into the body; else empty. */
      errors: v.array(
        v.object({
          /** Where. */
          pointer: v.string(),
          /** What is wrong there. */
          detail: v.string(),
        }),
      ),
      /** Of `duplicate_referral`: the one that is open; else null. */
      referral_id: v.nullable(v.string()),
    }),
  ),
  /** The practice that it would go to; null without an active partnership, and with `candidates`. */
  receiver: v.nullable(
    v.object({
      /** Its id. */
      practice_id: v.string(),
      /** Its name. */
      name: v.string(),
      /** Whether it takes clients on. */
      capacity: v.picklist(CAPACITIES),
      /** When it said so. */
      capacity_updated_at: timeOut,
      /** What it asks about this service, to be answered in `client.intake`; null: nothing. */
      questions: v.nullable(AskedQuestionsSchema),
    }),
  ),
};

/** Whether a referral could be sent now. @schema ReferralCheck */
export const ReferralCheckSchema = v.object({
  ...toOne,
  /** With `candidates` each of them, in their order; else empty. */
  candidates: v.array(
    v.object({
      ...toOne,
      /** The practice. */
      practice_id: v.string(),
    }),
  ),
  /**
   * Whether `client` was given. Without it is not looked at what depends on who the client is: whether an equal referral
   * is open, whether `previous_id` is about the same client, and whether what the receiver asks is answered.
   */
  client_checked: v.boolean(),
  /** The professional of yours through whom it would be sent; null: nobody may. */
  sender_professional_id: v.nullable(v.string()),
});
export type Check = v.InferOutput<typeof ReferralCheckSchema>;

export const checkExample = {
  sendable: false,
  reasons: [
    {
      code: 'receiver_not_accepting',
      detail: 'The receiving practice says that it takes no clients now.',
      errors: [],
      referral_id: null,
    },
  ],
  candidates: [],
  client_checked: false,
  sender_professional_id: summaryExample.sender.professional_id,
  receiver: {
    practice_id: summaryExample.receiver.practice_id,
    name: summaryExample.receiver.name,
    capacity: 'not_accepting',
    capacity_updated_at: '2026-10-01T09:00:00.000Z',
    questions: questionsExample,
  },
};
