/** Whether a referral could be sent, said before the client is asked: by the rule by which it is sent. */
import type * as v from 'valibot';
import { toTime } from '../http/fields.ts';
import type { PracticeRequest } from '../http/operation.ts';
import type { Problem } from '../platform/problem.ts';
import { findSender } from '../verification/eligibility.ts';
import type { Check } from './check.schemas.ts';
import { type CandidateRows, candidatePlans, candidateRefusals, toCandidates } from './choice/send.ts';
import type { ReferralDraftSchema } from './new-referral.schemas.ts';
import { addressTo, clientIndexOf, type RefusalRows, refusalPlan, refusalsOf } from './refusals.ts';

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
async function checkOne({ exchange, actor, body }: CheckRequest): Promise<Omit<Check, 'client_checked'>> {
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

export async function checkReferral(request: CheckRequest): Promise<Check> {
  const { client, candidates } = request.body;
  const checked = await (candidates === undefined ? checkOne(request) : checkSeveral(request));
  return { ...checked, client_checked: client !== undefined };
}
