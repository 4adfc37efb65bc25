/**
 * Keeps months that are over, so that nobody counts their referrals again: from ten minutes after the month's end, once
 * somebody has read its report, and until the practice is told something else of one of its referrals (the triggers of
 * migrations/0002_reports.sql). What may still count differently by time alone is kept beside the counts (`kept.ts`).
 */
import type { Database } from '../platform/db/database.ts';
import { MINUTE_MS } from '../platform/durations.ts';
import { type Fact, keepBoth } from './kept.ts';
import type { Month } from './months.ts';
import {
  claimMonth,
  type KeptPartner,
  keepMonth,
  parseCohorts,
  selectCohorts,
} from './reports.repository.ts';
import type { BothWays } from './tally.ts';

/** A request decides by the time at which it came: what was sent in the last second of a month may be written so much later. */
const KEEP_AFTER_MS = 10 * MINUTE_MS;
/** Of what is kept of a month, in characters: D1 takes 2 MB a row. A month with more open referrals is counted each time. */
const KEPT_LENGTH_MAX = 1_000_000;

export const mayBeKept = ({ until }: Month, now: number) => until + KEEP_AFTER_MS <= now;

export function byPartner({ given, received }: BothWays<readonly Fact[]>): Map<string, BothWays<Fact[]>> {
  const partners = new Map<string, BothWays<Fact[]>>();
  const partnerOf = ({ partner_id }: Fact) => {
    const partner = partners.get(partner_id) ?? { given: [], received: [] };
    partners.set(partner_id, partner);
    return partner;
  };
  for (const fact of given) partnerOf(fact).given.push(fact);
  for (const fact of received) partnerOf(fact).received.push(fact);
  return partners;
}

async function keepOne(database: Database, practiceId: string, month: Month, now: number): Promise<void> {
  const { query } = database;
  const token = crypto.randomUUID();
  // What is counted is what was true at the claim: a change after it takes the claim away.
  const [, given, received] = await database.batch([
    claimMonth(query, practiceId, month, token),
    selectCohorts(query, 'given', { practiceId }, [month]),
    selectCohorts(query, 'received', { practiceId }, [month]),
  ]);
  const [[ofGiven], [ofReceived]] = [parseCohorts(given), parseCohorts(received)];
  if (!ofGiven || !ofReceived) return;
  const facts = { given: ofGiven.facts, received: ofReceived.facts };
  const partners = [...byPartner(facts)].map(
    ([partner_id, ofPartner]): KeptPartner => ({ partner_id, figures: keepBoth(ofPartner, now) }),
  );
  if (JSON.stringify(partners).length > KEPT_LENGTH_MAX) return;
  await database.batch(keepMonth(query, practiceId, month, token, keepBoth(facts, now), partners));
}

/** @param months that are over, and not kept as far as the caller knows */
export async function keepMonths(
  database: Database,
  practiceId: string,
  months: readonly Month[],
  now: number,
): Promise<void> {
  for (const month of months) await keepOne(database, practiceId, month, now);
}
