/**
 * What the link of a reminder does: it says the capacity of one practice once. Nothing of it is stored: it was used where
 * the capacity has been said since it was asked for, by it or otherwise.
 */
import { commit, decision, write } from '../ledger/commit.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { one } from '../platform/db/plan.ts';
import type { CAPACITIES } from '../platform/db/schema.ts';
import { type CapacityLink, openCapacityLink } from '../platform/vault/links.ts';
import { saidAt } from './capacity.ts';
import { type AskedPractice, selectAsked } from './capacity-link.repository.ts';
import { updatePractice } from './practices.repository.ts';

const mayAnswer = (row: AskedPractice | undefined): row is AskedPractice =>
  row !== undefined && row.is_good === 1 && row.status === 'active';

const isUsed = (row: AskedPractice, { askedAt }: CapacityLink) => row.capacity_updated_at >= askedAt;

/** What stands behind the link; null where it leads nowhere (any more). One D1 call. */
export async function readAsked(token: string, { database, vault, now }: Exchange) {
  const link = await openCapacityLink(token, vault, now);
  if (!link) return null;
  const { practice } = await database.read({ practice: one(selectAsked(database.query, link, now)) });
  return mayAnswer(practice) ? { link, practice, isUsed: isUsed(practice, link) } : null;
}

/** Says it, unless it has been said since it was asked for: of two at once the first one counts. */
export const sayByLink = (
  exchange: Exchange,
  link: CapacityLink,
  capacity: (typeof CAPACITIES)[number],
): Promise<void> =>
  commit(exchange, ({ database: { query }, now }) =>
    write({
      subject: link.practiceId,
      read: { practice: one(selectAsked(query, link, now)) },
      decide: ({ practice }) => {
        const change =
          mayAnswer(practice) && !isUsed(practice, link)
            ? one(
                updatePractice(query, practice.id, practice.version, {
                  capacity,
                  ...saidAt(now),
                  updated_at: now,
                }),
              )
            : undefined;
        return decision({ writes: { changed: change }, resultOf: () => undefined });
      },
    }),
  );
