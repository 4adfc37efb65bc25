/** A new professional of a practice, whoever adds them. */
import type { Database } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { countProfessionals, insertProfessional, selectPractice } from './practices.repository.ts';

const PROFESSIONALS_PER_PRACTICE_MAX = 200;

export const professionalPlan = ({ query }: Database, practiceId: string) => ({
  practice: one(selectPractice(query, practiceId)),
  counted: one(countProfessionals(query, practiceId)),
});

/** @throws Problem where the practice is not there or has too many */
export function addProfessional(
  { query }: Database,
  practiceId: string,
  wish: { readonly name: string; readonly profession: string },
  {
    practice,
    counted,
  }: { readonly practice: object | undefined; readonly counted: { readonly count: number } | undefined },
  now: number,
) {
  if (!practice) throw notFound();
  if ((counted?.count ?? 0) >= PROFESSIONALS_PER_PRACTICE_MAX)
    throw new Problem(
      'limit_reached',
      `A practice has at most ${PROFESSIONALS_PER_PRACTICE_MAX} professionals.`,
    );
  const id = newId('professional');
  return {
    id,
    insert: one(insertProfessional(query, { ...wish, id, practice_id: practiceId, created_at: now })),
  };
}
