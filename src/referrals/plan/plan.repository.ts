import { and, asc, eq } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { plan_items } from '../../platform/db/schema.ts';

export type PlanItemRow = typeof plan_items.$inferSelect;

/** All of a plan, in its order. */
export const selectPlanItems = (query: Query, referralId: string) =>
  query
    .select()
    .from(plan_items)
    .where(eq(plan_items.referral_id, referralId))
    .orderBy(asc(plan_items.place), asc(plan_items.id));

export const insertPlanItem = (query: Query, row: PlanItemRow) => query.insert(plan_items).values(row);

const isItem = ({ referral_id, id }: Pick<PlanItemRow, 'referral_id' | 'id'>) =>
  and(eq(plan_items.referral_id, referral_id), eq(plan_items.id, id));

export const updatePlanItem = (
  query: Query,
  { author: _author, created_at: _createdAt, ...row }: PlanItemRow,
) => query.update(plan_items).set(row).where(isItem(row));

export const deletePlanItem = (query: Query, row: PlanItemRow) => query.delete(plan_items).where(isItem(row));
