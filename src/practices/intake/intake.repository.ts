import { and, asc, eq, gt, isNotNull, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { prepared } from '../../platform/db/prepared.ts';
import { intake_forms } from '../../platform/db/schema.ts';

export type IntakeFormRow = typeof intake_forms.$inferSelect;

/** So many services a practice may ask about. The guard `intake_forms_limit` holds the same number. */
export const FORMS_MAX = 20;

const selectFormOf = prepared<{ practiceId: string; service: string }>()((query, { practiceId, service }) =>
  query
    .select()
    .from(intake_forms)
    .where(and(eq(intake_forms.practice_id, practiceId), eq(intake_forms.service, service)))
    .limit(1),
);

export const selectForm = (query: Query, practiceId: string, service: string) =>
  selectFormOf(query, { practiceId, service });

/** Those that ask something, by service. */
export const selectForms = (query: Query, practiceId: string, after: string, limit: number) =>
  query
    .select()
    .from(intake_forms)
    .where(
      and(
        eq(intake_forms.practice_id, practiceId),
        gt(intake_forms.service, after),
        isNotNull(intake_forms.questions),
      ),
    )
    .orderBy(asc(intake_forms.service))
    .limit(limit);

/** As many as there may be have a row already. */
export const selectLastForm = (query: Query, practiceId: string) =>
  query
    .select({ service: intake_forms.service })
    .from(intake_forms)
    .where(eq(intake_forms.practice_id, practiceId))
    .limit(1)
    .offset(FORMS_MAX - 1);

/** Of two that read the same version the second is refused. */
export const putForm = (query: Query, row: IntakeFormRow) =>
  query
    .insert(intake_forms)
    .values(row)
    .onConflictDoUpdate({
      target: [intake_forms.practice_id, intake_forms.service],
      set: {
        questions: sql`excluded.questions`,
        version: sql`excluded.version`,
        updated_at: sql`excluded.updated_at`,
      },
    });
