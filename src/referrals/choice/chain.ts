/**
 * How a choice goes on. Each practice of it is a referral of its own; one at a time is asked, in the client's order, and
 * whatever ends the turn of one begins that of the next in the same batch (docs/decisions/036). The database holds the
 * same: see the guards of migrations/0016_choice.sql.
 */
import { insertConsent, revokeConsent } from '../../consents/consents.repository.ts';
import { feedbackUntil } from '../../consents/consents.schemas.ts';
import { recordEvent } from '../../ledger/outbox.ts';
import type { Query, Statement } from '../../platform/db/database.ts';
import { DAY_MS } from '../../platform/durations.ts';
import type { HeldCredential } from '../../verification/eligibility.ts';
import { changeReferral, endFeedback, noteReferral } from '../change.ts';
import { denyConsent, GRANTED, type HostedConsent, takeBackConsent } from '../consenting/decide.ts';
import { type GateFacts, gateRefusals } from '../gate.ts';
import { applyMove, type Move, UNDO_MS } from '../lifecycle.ts';
import { updateReferral } from '../referrals.repository.ts';
import { progressOf, senderProgressOf } from '../told.ts';
import { conceal, reveal, type TrueReferral } from '../truth.ts';
import { decideChoice, type InLine } from './choice.repository.ts';
import { isTaken, standingOf } from './standing.ts';

/** Why the referral cannot be sent now, as a code; null where it can. */
function obstacleOf(referral: TrueReferral, gate: GateFacts, now: number): string | null {
  const { client_jurisdiction, sender_professional_id } = reveal(referral);
  const [refusal] = gateRefusals(gate, client_jurisdiction, now, sender_professional_id);
  return refusal?.code ?? null;
}

const gateOf = (one: InLine): GateFacts => ({
  partnership: { id: reveal(one).partnership_id, state: one.partnership_state },
  sender: { status: one.sender_status },
  receiver: { status: one.receiver_status, capacity: one.receiver_capacity },
  senderCredentials: JSON.parse(one.sender_credentials) as HeldCredential[],
  receiverCredentials: JSON.parse(one.receiver_credentials) as HeldCredential[],
});

/** It is not asked any more; nobody but the sender knew of it. @param reason a code */
const passOver = (query: Query, referral: TrueReferral, reason: string, now: number): Statement[] =>
  changeReferral(query, referral, { move: 'withdraw', by: 'system', reason, feedback: false }, now)
    .statements;

/** What the client's answer sends: the receiver sees no difference to a referral to it alone. */
const send = (query: Query, referral: TrueReferral, until: number | null, now: number): Statement[] =>
  changeReferral(
    query,
    referral,
    { move: 'record_consent', by: 'client', feedback: until !== null && until > now, feedbackUntil: until },
    now,
  ).statements;

function tellExhausted(query: Query, referral: TrueReferral, now: number): Statement[] {
  const { choice_id, sender_practice_id } = reveal(referral);
  return recordEvent(
    query,
    {
      type: 'choice.exhausted',
      actor: 'system',
      referral: null,
      parties: { practice: { practice_id: sender_practice_id } },
      data: { choice_id },
    },
    now,
  );
}

/** The first of those in line that can still be asked follows the one that ended. */
function askNext(query: Query, ended: TrueReferral, inLine: readonly InLine[], now: number): Statement[] {
  const { id: previous_id } = reveal(ended);
  const statements: Statement[] = [];
  for (const one of inLine) {
    const row = reveal(one);
    const isConsented = (one.consent_until ?? 0) > now;
    const obstacle = isConsented ? obstacleOf(one, gateOf(one), now) : null;
    if (isConsented && obstacle === null) {
      const next = conceal({ ...row, previous_id });
      return [
        ...statements,
        updateReferral(query, row.id, { previous_id }),
        ...send(query, next, one.feedback_until, now),
      ];
    }
    statements.push(
      ...(obstacle === null
        ? changeReferral(query, one, { move: 'expire', by: 'system', feedback: false }, now).statements
        : passOver(query, one, obstacle, now)),
    );
  }
  return [...statements, ...tellExhausted(query, ended, now)];
}

/**
 * What an end of one referral brings for those behind it: a decline or an expiry asks the next; a withdrawal of the one
 * that is asked takes the others back, too, as otherwise the sender would choose in the client's place.
 * @param ended as it is after the move @param inLine as `selectInLine` says
 */
export function goOn(
  query: Query,
  move: Move,
  ended: TrueReferral,
  inLine: readonly InLine[],
  now: number,
): Statement[] {
  const { choice_id, sent_at, choice_rank } = reveal(ended);
  if (choice_id === null || choice_rank === null || sent_at === null) return [];
  if (move === 'decline' || move === 'expire') return askNext(query, ended, inLine, now);
  if (move !== 'withdraw') return [];
  return inLine.flatMap(
    (one) => changeReferral(query, one, { move: 'withdraw', by: 'sender', feedback: false }, now).statements,
  );
}

/** Whether an end of this referral may concern others. */
export const isAskedOfChoice = (referral: TrueReferral): boolean => {
  const { choice_id, sent_at } = reveal(referral);
  return choice_id !== null && sent_at !== null;
};

/**
 * One in line looks, once a day, whether it is still needed. While an acceptance can be undone it stays; what is looked
 * at is what the sender was told, so that the end of its wait tells the sender nothing else.
 * @param members the whole choice
 */
export function meetTurn(
  query: Query,
  waiting: TrueReferral,
  members: readonly TrueReferral[],
  now: number,
): Statement[] {
  const { id } = reveal(waiting);
  const lookAgain = (at: number): Statement[] => [
    updateReferral(query, id, { deadline: 'turn', deadline_at: at }) as Statement,
  ];
  const told = members.map((member) => ({
    choice_rank: reveal(member).choice_rank,
    progress: senderProgressOf(reveal(member)),
  }));
  const taken = told.find(isTaken);
  const freeAt = taken ? (taken.progress.accepted_at ?? 0) + UNDO_MS + 1000 : 0;
  if (taken && freeAt > now) return lookAgain(freeAt);
  if (!taken && told.some((member) => standingOf(member) === 'asked')) return lookAgain(now + DAY_MS);
  return passOver(query, waiting, 'not_needed', now);
}

/** One that the client named: the referral, the consent that names it, and what decides whether it can be sent. */
export interface Named {
  readonly referral: TrueReferral;
  readonly consent: HostedConsent;
  readonly gate: GateFacts;
}

/** Whether anybody could be asked now. */
export const canAsk = (named: readonly Pick<Named, 'referral' | 'gate'>[], now: number) =>
  named.some(({ referral, gate }) => obstacleOf(referral, gate, now) === null);

/**
 * The client's answer: a consent for each that is named, and the first that can be is sent; the others end.
 * @param named in the client's order
 */
export function answerChoice(
  query: Query,
  choiceId: string,
  named: readonly Named[],
  others: readonly TrueReferral[],
  now: number,
): Statement[] {
  const granted = named.map(({ referral, consent, gate }, index) => {
    const update = { choice_rank: index + 1, deadline: 'turn', deadline_at: now + DAY_MS };
    return { consent, gate, ...noteReferral(query, referral, GRANTED, now, update) };
  });
  const first = granted.findIndex(({ referral, gate }) => obstacleOf(referral, gate, now) === null);
  return [
    ...others.flatMap((referral) => denyConsent(query, referral, now)),
    ...granted.flatMap(({ consent, statements }) => [insertConsent(query, consent), ...statements]),
    decideChoice(query, choiceId, now),
    ...granted
      .slice(0, first)
      .flatMap(({ referral, gate }) =>
        passOver(query, referral, obstacleOf(referral, gate, now) ?? 'not_needed', now),
      ),
    ...granted
      .slice(first, first + 1)
      .flatMap(({ referral, consent }) => send(query, referral, feedbackUntil(consent), now)),
  ] as Statement[];
}

/** None of them. */
export const refuseChoice = (
  query: Query,
  choiceId: string,
  members: readonly TrueReferral[],
  now: number,
): Statement[] => [
  ...members
    .filter((member) => reveal(member).state === 'awaiting_consent')
    .flatMap((member) => denyConsent(query, member, now)),
  decideChoice(query, choiceId, now) as Statement,
];

/** The client takes back the consent that names this one, whether it was asked already or waits. */
export function stopOne(query: Query, referral: TrueReferral, now: number): Statement[] {
  const row = reveal(referral);
  if (row.state !== 'awaiting_consent') return takeBackConsent(query, referral, row.id, now);
  const after = applyMove(progressOf(row), 'deny_consent', now, { respondWithinMs: row.respond_within_ms });
  const announcement = { type: 'consent.revoked', actor: 'client', data: {} } as const;
  const { statements } = noteReferral(query, referral, announcement, now, {
    ...after,
    ...endFeedback(row),
    last_move: 'revoke_consent',
    last_move_by: 'client',
    last_move_at: now,
    deadline: null,
    deadline_at: null,
    sender_progress: after,
    sender_state: after.state,
  });
  return [revokeConsent(query, row.id, now) as Statement, ...statements];
}
