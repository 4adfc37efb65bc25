/**
 * Seals events, disclosures, consents and revocations into the chains of their referrals: the cron trigger does, for all
 * referrals at once, so that a chain costs one written row however much happened within the minute, and a request
 * nothing at all. What waits is whatever was committed after the last position that is sealed.
 */
import { ConflictError, type Database } from '../../platform/db/database.ts';
import { logFault } from '../../platform/fault.ts';
import { extendChain, type LedgerEntry, type LedgerLink } from './chain.ts';
import { LINKS_PER_PART } from './ledger.repository.ts';
import type { LedgerKeys } from './ledger-keys.ts';
import { isLinkOf, toStored } from './links.ts';
import {
  type ChainRow,
  type FullPart,
  type PlacedEntry,
  selectChainsToExtend,
  selectUnsealed,
  writeChains,
} from './seal.repository.ts';

/** Of each kind, in one pass. */
const ENTRIES_PER_PASS = 500;
const PASSES_PER_RUN_MAX = 10;

const EMPTY = { number: 0, hash: '', has_consent: false, has_revocation: false, first_number: 1, links: [] };

/** A chain with new links, and the parts that are full by that. */
function append(chain: ChainRow, added: readonly LedgerLink[]): { chain: ChainRow; parts: FullPart[] } {
  const { referral_id } = chain;
  const links = [...chain.links, ...added.map(toStored)];
  const parts: FullPart[] = [];
  let { first_number } = chain;
  while (links.length >= LINKS_PER_PART) {
    parts.push({ referral_id, first_number, links: links.splice(0, LINKS_PER_PART) });
    first_number += LINKS_PER_PART;
  }
  const last = added.at(-1) ?? chain;
  const has = (kind: LedgerEntry['kind']) => added.some((link) => link.kind === kind);
  return {
    chain: {
      referral_id,
      number: last.number,
      hash: last.hash,
      has_consent: chain.has_consent || has('consent'),
      has_revocation: chain.has_revocation || has('revocation'),
      first_number,
      links,
    },
    parts,
  };
}

/** What there is of one referral that its chain does not have yet. */
async function extend(
  keys: LedgerKeys,
  known: ChainRow | undefined,
  referral_id: string,
  placed: readonly LedgerEntry[],
  consents: readonly LedgerEntry[],
) {
  const chain = known ?? { referral_id, ...EMPTY };
  const entries = [
    ...placed.filter((entry) => !chain.links.some((link) => isLinkOf(link, entry))),
    ...consents.filter(({ kind }) => !(kind === 'consent' ? chain.has_consent : chain.has_revocation)),
  ];
  return append(chain, await extendChain(keys, chain, entries));
}

const endOf = (page: readonly PlacedEntry[], before: number) => page.at(-1)?.position ?? before;

/** Seals a page of what waits. @returns whether there may be more */
async function sealPage(database: Database, keys: LedgerKeys): Promise<boolean> {
  const { query } = database;
  const [[progress], events, disclosures] = await database.batch(selectUnsealed(query, ENTRIES_PER_PASS));
  if (!progress) throw new Error('The row of ledger_progress is gone.');
  const page = [...events, ...disclosures];
  if (page.length === 0) return false;
  const entriesOf = Map.groupBy(
    page.filter((entry): entry is PlacedEntry & LedgerEntry => entry.referral_id !== null),
    ({ referral_id }) => referral_id,
  );
  const referralIds = [...entriesOf.keys()];
  const [chains, consents] = await database.batch(selectChainsToExtend(query, referralIds));
  const chainOf = new Map(chains.map((chain) => [chain.referral_id, chain]));
  const consentsOf = Map.groupBy(consents, ({ referral_id }) => referral_id);
  const extended = await Promise.all(
    referralIds.map(async (id) => {
      try {
        return [await extend(keys, chainOf.get(id), id, entriesOf.get(id) ?? [], consentsOf.get(id) ?? [])];
      } catch (error) {
        // Its row was tampered with: what is not sealed of it is found by that, and the others go on.
        logFault({ referral_id: id, seals: true }, error);
        return [];
      }
    }),
  );
  const all = extended.flat();
  await database.batch(
    writeChains(
      query,
      all.map(({ chain }) => chain),
      all.flatMap(({ parts }) => parts),
      {
        version: progress.version,
        event_position: endOf(events, progress.event_position),
        disclosure_position: endOf(disclosures, progress.disclosure_position),
      },
    ),
  );
  return events.length === ENTRIES_PER_PASS || disclosures.length === ENTRIES_PER_PASS;
}

/** Seals what waits, a bounded number of entries in one run; the next run goes on from there. */
export async function sealPending(database: Database, keys: LedgerKeys): Promise<void> {
  try {
    for (let passes = 0; passes < PASSES_PER_RUN_MAX; passes += 1)
      if (!(await sealPage(database, keys))) return;
  } catch (error) {
    // Another one seals at the same time.
    if (!(error instanceof ConflictError)) throw error;
  }
}
