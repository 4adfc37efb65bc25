/**
 * Seals events and disclosures into the chains of their referrals: right after the answer of the request that wrote
 * them, and by the cron trigger whatever is left. A request itself has no D1 call to spare for it.
 */
import { ConflictError, type Database } from '../../platform/db/database.ts';
import { extendChain } from './chain.ts';
import { insertLinks, selectUnsealed, selectUnsealedReferrals } from './ledger.repository.ts';
import type { LedgerKeys } from './ledger-keys.ts';

const REFERRALS_PER_PASS = 100;
const PASSES_PER_RUN_MAX = 20;
/** Of each kind, in one pass: its links are one bound value of at most 2 MB. */
const ENTRIES_PER_PASS = 1000;
const TRIES_MAX = 3;

/** Returns false where another sealer was there first. */
async function trySeal(
  database: Database,
  keys: LedgerKeys,
  referralIds: readonly string[],
): Promise<boolean> {
  const { query } = database;
  const [heads, events, disclosures, consents] = await database.batch(
    selectUnsealed(query, referralIds, ENTRIES_PER_PASS),
  );
  const entries = Map.groupBy([...events, ...disclosures, ...consents], ({ referral_id }) => referral_id);
  const links = await Promise.all(
    [...entries].map(([referralId, own]) =>
      extendChain(
        keys,
        heads.find(({ referral_id }) => referral_id === referralId),
        own,
      ),
    ),
  );
  if (links.length === 0) return true;
  try {
    await database.batch(insertLinks(query, links.flat()));
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

/** Seals what waits of one referral. What another sealer took meanwhile is looked at again: it may have left some. */
export async function sealReferral(database: Database, keys: LedgerKeys, referralId: string): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (await trySeal(database, keys, [referralId])) return;
  }
}

/** One chain that cannot be continued (its rows were tampered with) must not keep the others from being sealed. */
async function sealOneOrMany(database: Database, keys: LedgerKeys, ids: readonly string[]): Promise<void> {
  if (ids.length === 0 || (await trySeal(database, keys, ids)) || ids.length === 1) return;
  const half = Math.ceil(ids.length / 2);
  await sealOneOrMany(database, keys, ids.slice(0, half));
  await sealOneOrMany(database, keys, ids.slice(half));
}

/**
 * Seals what waits of all referrals, a bounded number of them in one run: from `startAfterId` on, and then from the
 * first one on. Runs that start at other places come to all of them, however many at one place cannot be sealed.
 */
export async function sealPending(database: Database, keys: LedgerKeys, startAfterId = ''): Promise<void> {
  let afterId = startAfterId;
  let isRound = startAfterId === '';
  for (let passes = 0; passes < PASSES_PER_RUN_MAX; passes += 1) {
    const [found] = await database.batch([
      selectUnsealedReferrals(database.query, afterId, REFERRALS_PER_PASS),
    ]);
    const ids = found.map(({ referral_id }) => referral_id);
    if (ids.length === 0 && isRound) return;
    if (ids.length === 0) isRound = true;
    await sealOneOrMany(database, keys, ids);
    afterId = ids.at(-1) ?? '';
  }
}
