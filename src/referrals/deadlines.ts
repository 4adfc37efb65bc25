/** What happens to referrals by itself, each minute: reminders, expiry, outcomes that are due. */
import { workOff } from '../ledger/due.ts';
import type { EventType } from '../ledger/event-types.ts';
import { BudgetError, ConflictError, type Database, type Statement } from '../platform/db/database.ts';
import { HOUR_MS } from '../platform/durations.ts';
import { changeReferral, noteReferral } from './change.ts';
import { goOn, isAskedOfChoice, meetTurn } from './choice/chain.ts';
import { choiceOf, selectInLine, selectMembers } from './choice/choice.repository.ts';
import { type Deadline, nextDeadline } from './lifecycle.ts';
import { selectDueReferrals, selectReferral, updateReferral } from './referrals.repository.ts';
import { progressOf } from './told.ts';
import { reveal, type TrueReferral } from './truth.ts';

/** A minute's share; what is left over is taken by the next minute. */
const DUE_PER_RUN_MAX = 200;
const PUT_OFF_MS = HOUR_MS;

const EVENT_OF_DEADLINE = {
  reminder: 'referral.reminder',
  outcome_due: 'referral.outcome_due',
  outcome_stale: 'referral.outcome_stale',
} as const satisfies Record<Exclude<Deadline, 'expire' | 'turn'>, EventType>;

/** Nobody answered in time: where the client named others, the next one is asked. */
async function expire(database: Database, referral: TrueReferral, now: number): Promise<Statement[]> {
  const { query } = database;
  const expired = changeReferral(query, referral, { move: 'expire', by: 'system', feedback: false }, now);
  if (!isAskedOfChoice(referral)) return expired.statements;
  const [inLine] = await database.batch([selectInLine(query, reveal(referral).id)]);
  return [...expired.statements, ...goOn(query, 'expire', expired.referral, inLine, now)];
}

async function meetDeadline(database: Database, referral: TrueReferral, now: number): Promise<Statement[]> {
  const { query } = database;
  const row = reveal(referral);
  const due = row.deadline as Deadline;
  if (due === 'expire') return expire(database, referral, now);
  if (due === 'turn') {
    const [members] = await database.batch([selectMembers(query, choiceOf(row.id))]);
    return meetTurn(query, referral, members, now);
  }
  const next = nextDeadline(progressOf(row), row.created_at, row.respond_within_ms, row.deadline_at ?? now);
  const announcement = {
    type: EVENT_OF_DEADLINE[due],
    actor: 'system',
    data: { state: row.state },
  } as const;
  const update = { deadline: next?.deadline ?? null, deadline_at: next?.deadline_at ?? null };
  return noteReferral(query, referral, announcement, now, update).statements;
}

/**
 * Returns the deliveries to wake. One that cannot be handled is put off, so that it does not fill the page of what is
 * due.
 */
export async function meetDeadlines(database: Database, now: number): Promise<string[]> {
  const { query } = database;
  const [due] = await database.batch([selectDueReferrals(query, now, DUE_PER_RUN_MAX)]);
  const meet = async ({ id }: { id: string }) => {
    try {
      const [[referral]] = await database.batch([selectReferral(query, id)]);
      return referral ? await database.batch(await meetDeadline(database, referral, now)) : [];
    } catch (error) {
      if (!(error instanceof ConflictError || error instanceof BudgetError))
        await database.batch([updateReferral(query, id, { deadline_at: now + PUT_OFF_MS })]);
      throw error;
    }
  };
  return workOff(due, meet, ({ id }) => ({ referral_id: id, deadline: true }));
}
