/** Whether a referral could be sent, said before the client is asked: by the rule by which it is sent. */
import * as v from 'valibot';
import { timeOut, toTime } from '../http/fields.ts';
import { operation, type PracticeRequest } from '../http/operation.ts';
import { CAPACITIES } from '../platform/db/schema.ts';
import type { Problem } from '../platform/problem.ts';
import { questionsExample } from '../practices/intake/intake.schemas.ts';
import { AskedQuestionsSchema } from '../practices/intake/questions.ts';
import { findSender } from '../verification/eligibility.ts';
import { type CandidateRows, candidatePlans, candidateRefusals, toCandidates } from './choice/send.ts';
import { ReferralDraftSchema } from './new-referral.schemas.ts';
import { newReferralExample, summaryExample } from './referrals.examples.ts';
import { addressTo, clientIndexOf, type RefusalRows, refusalPlan, refusalsOf } from './refusals.ts';

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
type Check = v.InferOutput<typeof ReferralCheckSchema>;
type CheckRequest = PracticeRequest<unknown, v.InferOutput<typeof ReferralDraftSchema>>;

const presentReason = ({ code, detail, members }: Problem): Check['reasons'][number] => {
  const { errors = [], referral_id = null } = members as Partial<Check['reasons'][number]>;
  return { code, detail, errors, referral_id };
};

function presentReceiver({ gate: { partnership, receiver }, form }: RefusalRows): Check['receiver'] {
  if (partnership?.state !== 'active' || !receiver) return null;
  const { id, name, capacity, capacity_updated_at } = receiver;
  return {
    practice_id: id,
    name,
    capacity,
    capacity_updated_at: toTime(capacity_updated_at),
    questions: form?.questions ?? null,
  };
}

/** All that stands in its way, as sending it to one practice would find it. */
export async function checkOne({
  exchange,
  actor,
  body,
}: CheckRequest): Promise<Omit<Check, 'client_checked'>> {
  const { database, vault, now } = exchange;
  const senderId = actor.practice_id;
  const draft = addressTo(body);
  const clientIndex = await clientIndexOf(vault, senderId, draft);
  const rows = await database.read(refusalPlan(exchange, draft, senderId, clientIndex));
  const refusals: Problem[] = [];
  for await (const refusal of refusalsOf(rows, draft, senderId, exchange)) refusals.push(refusal);
  return {
    sendable: refusals.length === 0,
    reasons: refusals.map(presentReason),
    candidates: [],
    sender_professional_id: findSender(rows.gate.senderCredentials, now, body.professional_id),
    receiver: presentReceiver(rows),
  };
}

/** The same of each practice among which the client would choose. */
async function checkSeveral({ exchange, actor, body }: CheckRequest): Promise<Omit<Check, 'client_checked'>> {
  const { database, vault, now } = exchange;
  const senderId = actor.practice_id;
  const candidates = await Promise.all(
    toCandidates(body).map(async ({ draft, place }) => {
      return { draft, place, clientIndex: await clientIndexOf(vault, senderId, draft) };
    }),
  );
  const rows: CandidateRows = await database.read(candidatePlans(exchange, candidates, senderId));
  const refusals: { place: number | null; refusal: Problem }[] = [];
  for await (const refused of candidateRefusals(candidates, rows, senderId, exchange)) refusals.push(refused);
  const reasonsOf = (among: typeof refusals) => among.map(({ refusal }) => presentReason(refusal));
  return {
    sendable: refusals.length === 0,
    reasons: reasonsOf(refusals),
    receiver: null,
    candidates: candidates.map(({ draft, place }) => {
      const own = refusals.filter((one) => one.place === place || one.place === null);
      const row = rows[place];
      return {
        sendable: own.length === 0,
        reasons: reasonsOf(own),
        receiver: row ? presentReceiver(row) : null,
        practice_id: draft.receiver_practice_id,
      };
    }),
    sender_professional_id: findSender(rows[1]?.gate.senderCredentials ?? [], now, body.professional_id),
  };
}

const { client: _client, consent: _consent, ...draftExample } = newReferralExample;

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

export const checkOperations = [
  operation({
    id: 'checkReferral',
    method: 'POST',
    path: '/v1/referrals/check',
    tag: 'Referrals',
    summary: 'Check whether a referral could be sent',
    description:
      'Before the client is asked: judges the body of a referral as sending it would, and says every reason, not only the first. Nothing is written or promised; it is a POST so that the client stands in no address.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    body: ReferralDraftSchema,
    requestExample: draftExample,
    response: {
      status: 200,
      description: 'Whether it could be sent, and why not.',
      schema: ReferralCheckSchema,
      example: checkExample,
    },
    handle: async (request) => {
      const { client, candidates } = request.body;
      const checked = await (candidates === undefined ? checkOne(request) : checkSeveral(request));
      const answer: Check = { ...checked, client_checked: client !== undefined };
      return { status: 200, body: answer };
    },
  }),
];
