/** What a change of the plan writes: the item, and the event that tells both sides that there was one. */
import type { PracticeRequest } from '../../http/operation.ts';
import { decision, write } from '../../ledger/commit.ts';
import type { Author, Exchange } from '../../ledger/exchange.ts';
import { requireVersion } from '../../ledger/versions.ts';
import type { Query } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { many } from '../../platform/db/plan.ts';
import { notFound } from '../../platform/problem.ts';
import { openedPlan, requireOpened } from '../file.ts';
import { authorOf } from '../show.ts';
import { noteWork, requireWorking } from '../working.ts';
import {
  deletePlanItem,
  insertPlanItem,
  type PlanItemRow,
  selectPlanItems,
  updatePlanItem,
} from './plan.repository.ts';
import type { NewPlanItem } from './plan.schemas.ts';
import {
  changeItem,
  isReadable,
  lastPlace,
  type PlanItemChange,
  presentItem,
  requirePlanRoom,
  sealItem,
} from './plan.ts';

/** Which item, and the `ETag` that whoever decided had read; null: any. */
export interface ItemPlace {
  readonly referralId: string;
  readonly itemId: string;
  readonly ifMatch: string | null;
}

const planPlan = (query: Query, referralId: string) => ({
  rows: openedPlan(query, referralId),
  items: many(selectPlanItems(query, referralId)),
});

/** @throws Problem 404, 412 */
function requireItem(items: readonly PlanItemRow[], { itemId, ifMatch }: ItemPlace): PlanItemRow {
  const item = items.find(({ id }) => id === itemId);
  if (!item) throw notFound();
  requireVersion(ifMatch, item.version);
  return item;
}

export const addItemAt = (author: Author, referralId: string, wish: NewPlanItem) => (exchange: Exchange) => {
  const { database, vault, now } = exchange;
  const { query } = database;
  return write({
    subject: referralId,
    read: planPlan(query, referralId),
    decide: async ({ rows, items }) => {
      const file = requireOpened(rows, author, now);
      const record = requireWorking(file, now);
      requirePlanRoom(items);
      const opened = await vault.openReferralVault(referralId, record);
      const id = newId('plan_item');
      const row: PlanItemRow = {
        referral_id: referralId,
        id,
        version: 1,
        author: file.told.side,
        changed_by: file.told.side,
        owner: wish.owner,
        place: wish.place ?? lastPlace(items),
        sealed_item: await sealItem(opened, id, wish),
        done_at: null,
        created_at: now,
        updated_at: now,
      };
      return decision({
        writes: [
          noteWork(query, file, 'referral.plan_changed', { plan_item_id: id }, now),
          insertPlanItem(query, row),
        ],
        resourceId: id,
        resultOf: () => presentItem(row, opened),
      });
    },
  });
};

export const changeItemAt =
  (author: Author, place: ItemPlace, change: PlanItemChange) => (exchange: Exchange) => {
    const { database, vault, now } = exchange;
    const { query } = database;
    const { referralId, itemId } = place;
    return write({
      subject: referralId,
      read: planPlan(query, referralId),
      decide: async ({ rows, items }) => {
        const file = requireOpened(rows, author, now);
        const before = requireItem(items, place);
        const record = requireWorking(file, now);
        const opened = await vault.openReferralVault(referralId, record);
        const row = await changeItem(before, change, file.told.side, opened, now);
        return decision({
          writes: [
            noteWork(query, file, 'referral.plan_changed', { plan_item_id: itemId }, now),
            updatePlanItem(query, row),
          ],
          resourceId: itemId,
          resultOf: () => presentItem(row, isReadable(file, row, false, now) ? opened : null),
        });
      },
    });
  };

export const removeItemAt = (author: Author, place: ItemPlace) => (exchange: Exchange) => {
  const { database, now } = exchange;
  const { query } = database;
  const { referralId, itemId } = place;
  return write({
    subject: referralId,
    read: planPlan(query, referralId),
    decide: ({ rows, items }) => {
      const file = requireOpened(rows, author, now);
      const item = requireItem(items, place);
      requireWorking(file, now);
      return decision({
        writes: [
          noteWork(query, file, 'referral.plan_changed', { plan_item_id: itemId }, now),
          deletePlanItem(query, item),
        ],
        resourceId: itemId,
        resultOf: () => undefined,
      });
    },
  });
};

/** One item as it is now. @throws Problem 404 */
export async function readItem(request: PracticeRequest<unknown, unknown, 'referral_id'>, itemId: string) {
  const { exchange, params } = request;
  const { database, vault, now } = exchange;
  const author = authorOf(request);
  const { rows, items } = await database.read(planPlan(database.query, params.referral_id));
  const file = requireOpened(rows, author, now);
  const item = requireItem(items, { referralId: params.referral_id, itemId, ifMatch: null });
  if (!file.record) throw notFound();
  const opened = await vault.openReferralVault(params.referral_id, file.record);
  return presentItem(item, isReadable(file, item, false, now) ? opened : null);
}
