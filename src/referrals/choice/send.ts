/** A client who is to choose: a referral to each candidate, made at once, and one link that asks for all of them. */
import type * as v from 'valibot';
import { toAsked } from '../../consents/asked.ts';
import { answerOnce } from '../../http/once.ts';
import type { PracticeRequest, Reply } from '../../http/operation.ts';
import type { Author, Exchange } from '../../ledger/exchange.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Plan } from '../../platform/db/plan.ts';
import { invalidInput, Problem } from '../../platform/problem.ts';
import { toLookups } from '../client.lookups.ts';
import type { Client, ShownClient } from '../client.schemas.ts';
import type { NewReferralSchema } from '../new-referral.schemas.ts';
import {
  addressTo,
  clientIndexOf,
  type Draft,
  type RefusalRows,
  refusalPlan,
  refusalsOf,
} from '../refusals.ts';
import { clientFor, composeReferral, showNew } from '../send.ts';
import { authorOf, readReferral } from '../show.ts';
import { insertChoice } from './choice.repository.ts';

type Body = v.InferOutput<typeof NewReferralSchema>;

/** One practice of several to which a draft might go. */
export interface Candidate<D extends Draft = Draft> {
  readonly draft: D;
  readonly place: number;
  readonly clientIndex: string | undefined;
}

export function toCandidates<B extends Pick<Body, 'candidates' | 'receiver_practice_id'>>(body: B) {
  return (body.candidates ?? []).map((receiverId, index) => ({
    draft: addressTo(body, receiverId),
    place: index + 1,
  }));
}

/** What the rule must know of each. */
export const candidatePlans = (exchange: Exchange, candidates: readonly Candidate[], senderId: string) =>
  Object.fromEntries(
    candidates.map(({ draft, place, clientIndex }) => [
      place,
      refusalPlan(exchange, draft, senderId, clientIndex),
    ]),
  );
export type CandidateRows = Readonly<Record<number, RefusalRows>>;

/** Each receiver asks something else: one is given the answers to what it asks. */
function answersFor<D extends Draft>(draft: D, { form }: RefusalRows): D {
  const { client } = draft;
  if (!client?.intake) return draft;
  const asked = form?.questions?.properties ?? {};
  const intake = Object.fromEntries(
    Object.entries(client.intake).filter(([name]) => Object.hasOwn(asked, name)),
  );
  return { ...draft, client: { ...client, intake } };
}

/** Answers to a question that nobody of them asks; null where there is none. */
function refuseUnasked(client: Client | undefined, rows: CandidateRows): Problem | null {
  const asked = new Set(
    Object.values(rows).flatMap(({ form }) => Object.keys(form?.questions?.properties ?? {})),
  );
  const faults = Object.keys(client?.intake ?? {})
    .filter((name) => !asked.has(name))
    .map((name) => ({
      pointer: `/client/intake/${name}`,
      detail: 'is not asked by any of the receivers for this service',
    }));
  return faults.length > 0 ? invalidInput(faults) : null;
}

/** The same refusal, which says whom it is about. */
const about = ({ code, detail, members, headers }: Problem, practiceId: string) =>
  new Problem(code, detail, { ...members, practice_id: practiceId }, headers);

/** Why it cannot go to one of them: all that sending would say, one after the other. */
export async function* candidateRefusals(
  candidates: readonly Candidate[],
  rows: CandidateRows,
  senderId: string,
  exchange: Exchange,
): AsyncGenerator<{ readonly place: number | null; readonly refusal: Problem }> {
  const unasked = refuseUnasked(candidates[0]?.draft.client, rows);
  if (unasked) yield { place: null, refusal: unasked };
  for (const { draft, place } of candidates) {
    const own = rows[place];
    if (!own) throw new Error('Each candidate is read.');
    if (draft.receiver_practice_id === senderId) {
      const pointer = `/candidates/${place - 1}`;
      yield { place, refusal: invalidInput([{ pointer, detail: 'must be another practice than yours' }]) };
      continue;
    }
    for await (const refusal of refusalsOf(own, answersFor(draft, own), senderId, exchange))
      yield { place, refusal: about(refusal, draft.receiver_practice_id) };
  }
}

type SentCandidate = Candidate<Draft & { readonly client: Client } & Body> & { readonly clientIndex: string };

const sendAt = (candidates: readonly SentCandidate[], author: Author, lookups: string[]) => {
  const { practiceId: senderId } = author;
  return (exchange: Exchange) => ({
    subject: candidates[0]?.clientIndex,
    read: candidatePlans(exchange, candidates, senderId),
    decide: async (rows: CandidateRows) => {
      const { database, now } = exchange;
      for await (const { refusal } of candidateRefusals(candidates, rows, senderId, exchange)) throw refusal;
      const choice_id = newId('choice');
      const wishes = candidates.map(({ draft, place, clientIndex }) => {
        const own = rows[place] as RefusalRows;
        return { wish: answersFor(draft, own), own, place, clientIndex };
      });
      // What is asked is what any of them would get; each gets what is there for it.
      const held: ShownClient = Object.assign({}, ...wishes.map(({ wish, own }) => clientFor(wish, own)));
      const made = [];
      for (const { wish, own, place, clientIndex } of wishes) {
        const { consent } = wish;
        const asked =
          place === 1 && consent?.method === 'hosted'
            ? toAsked(consent, held, wish, wish.service)
            : undefined;
        const parts = { wish, author, client_index: clientIndex, lookups, asked };
        made.push(
          await composeReferral({ ...parts, place: { choice_id, choice_place: place } }, own, exchange),
        );
      }
      const [first] = made;
      if (!first) throw new Error('There are candidates.');
      const choice = { id: choice_id, sender_practice_id: senderId, created_at: now, decided_at: null };
      return {
        writes: [insertChoice(database.query, choice), ...made.map(({ writes }) => writes)] as Plan,
        resourceId: first.id,
        resultOf: first.resultOf,
      };
    },
  });
};

export async function sendChoice(request: PracticeRequest<unknown, Body>): Promise<Reply> {
  const { exchange, body } = request;
  const { vault } = exchange;
  const author = authorOf(request);
  const candidates = await Promise.all(
    toCandidates(body).map(async ({ draft, place }) => ({
      draft,
      place,
      clientIndex: (await clientIndexOf(vault, author.practiceId, draft)) as string,
    })),
  );
  const lookups = await toLookups(vault, author.practiceId, body.client);
  return answerOnce(request, {
    status: 201,
    writeAt: sendAt(candidates, author, lookups),
    show: (made) => showNew(exchange, made),
    replay: (id) => readReferral(request, id),
  });
}
