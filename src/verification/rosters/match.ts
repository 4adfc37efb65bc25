/** Compares credentials with their board's latest roster, each minute some: those that are new, and all after a new roster. */
import { workOff } from '../../ledger/due.ts';
import { dayIn } from '../../platform/days.ts';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Plan } from '../../platform/db/plan.ts';
import { insertDecision } from '../credentials.repository.ts';
import { type Decider, decisionPlan } from '../decide.ts';

import { putCase } from './cases.repository.ts';
import { judge, type Verdict } from './judge.ts';
import { type DueMatch, noteMatch, selectDueMatches } from './rosters.repository.ts';

const DUE_PER_RUN_MAX = 40;

const deciderOf = ({ board, listed, source }: DueMatch, rosterId: string): Decider => ({
  actor: 'system',
  id: rosterId,
  source,
  evidence: { board: board.name, roster_id: rosterId, listed },
});

/** The operator has seen the same differences, and left it verified. */
const isSettled = ({ status, settled }: DueMatch, verdict: Verdict) =>
  status === 'verified' &&
  verdict.does === 'queue' &&
  verdict.kind === 'disagrees' &&
  settled === JSON.stringify(verdict.differences);

function plansOf(database: Database, due: DueMatch, verdict: Verdict, rosterId: string, now: number): Plan[] {
  const { query } = database;
  const by = deciderOf(due, rosterId);
  if (verdict.does === 'verify') {
    const decided = {
      decision: 'verified',
      level: 'registry_matched',
      expiresOn: verdict.expiresOn,
    } as const;
    return [decisionPlan(query, due, due.practice_id, decided, by, now)];
  }
  if (verdict.does === 'nothing' || isSettled(due, verdict)) return [];
  const { kind, differences } = verdict;
  const suspends = verdict.does === 'suspend' && due.suspended_at === null;
  return [
    suspends
      ? decisionPlan(query, due, due.practice_id, { decision: 'suspended', reason: kind }, by, now)
      : insertDecision(query, {
          id: newId('credential_decision'),
          credential_id: due.id,
          decision: 'queued',
          decided_by: rosterId,
          source: by.source,
          evidence: { ...by.evidence, kind, differences },
          decided_at: now,
        }),
    // Behind the decision, which closes what waited before.
    putCase(query, {
      id: newId('verification_case'),
      credential_id: due.id,
      kind,
      roster_id: rosterId,
      differences,
      created_at: now,
    }),
  ];
}

/** Returns the deliveries to wake. */
export async function matchRosters(database: Database, now: number): Promise<string[]> {
  const [due] = await database.batch([selectDueMatches(database.query, now, DUE_PER_RUN_MAX)]);
  const match = async (one: DueMatch) => {
    const { board, listed } = one;
    const done = noteMatch(database.query, one);
    const rosterId = board.roster_id;
    if (rosterId === null) {
      await database.batch([done]);
      return [];
    }
    const claim = { ...one, isClaimedTwice: one.is_claimed_twice === 1 };
    const verdict = judge(
      claim,
      listed?.roster_id === rosterId ? listed : null,
      board,
      dayIn(one.time_zone, now),
    );
    const { deliveryIds } = await database.write([...plansOf(database, one, verdict, rosterId, now), done]);
    return deliveryIds.map((delivery_id) => [{ delivery_id }]);
  };
  return workOff(due, match, ({ id }) => ({ credential_id: id, roster: true }));
}
