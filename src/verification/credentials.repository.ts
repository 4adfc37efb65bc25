import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { catalog_terms, credentials, professionals } from '../platform/db/schema.ts';
import type { CredentialKind } from './professions.ts';

/** What the professional's profession requires, by the catalog. */
const requiredByProfession = sql`(
  select requires from ${catalog_terms} where kind = 'profession' and code = professionals.profession)`;

export type CredentialRow = typeof credentials.$inferSelect;

/** What `eligibility.ts` needs of a practice, named by its id or by a subquery that gives it. Every column is aliased: the rows travel in a batch. */
export const selectHeldCredentials = (query: Query, practiceId: string | SQL) =>
  query
    .select({
      professional_id: sql<string>`${professionals.id}`.as('professional_id'),
      requires: sql<CredentialKind>`${requiredByProfession}`.as('requires'),
      kind: sql<CredentialRow['kind']>`${credentials.kind}`.as('kind'),
      status: sql<CredentialRow['status']>`${credentials.status}`.as('status'),
      jurisdiction: sql<string | null>`${credentials.jurisdiction}`.as('jurisdiction'),
      expires_on: sql<string>`${credentials.expires_on}`.as('expires_on'),
    })
    .from(professionals)
    .innerJoin(credentials, eq(credentials.professional_id, professionals.id))
    .where(eq(professionals.practice_id, practiceId))
    .orderBy(professionals.id, credentials.id);

export const selectCredential = (query: Query, credentialId: string) =>
  query.select().from(credentials).where(eq(credentials.id, credentialId)).limit(1);

export const selectProfessionalOfCredential = (query: Query, credentialId: string) =>
  query
    .select({ practice_id: sql<string>`${professionals.practice_id}`.as('practice_id') })
    .from(credentials)
    .innerJoin(professionals, eq(professionals.id, credentials.professional_id))
    .where(eq(credentials.id, credentialId))
    .limit(1);

export const insertCredential = (query: Query, row: typeof credentials.$inferInsert) =>
  query.insert(credentials).values(row).returning();

export const updateCredential = (
  query: Query,
  credentialId: string,
  version: number,
  change: Partial<CredentialRow>,
) =>
  query
    .update(credentials)
    .set({ ...change, version: version + 1 })
    .where(eq(credentials.id, credentialId))
    .returning();

const labelOf = (column: 'label_en' | 'label_es') =>
  sql<string>`(select ${sql.raw(column)} from ${catalog_terms} where kind = 'profession' and code = professionals.profession)`;

/** A professional, and what their profession is called and requires. */
export const shownProfessional = {
  ...getTableColumns(professionals),
  profession_title: labelOf('label_en').as('profession_title'),
  profession_title_es: labelOf('label_es').as('profession_title_es'),
  profession_requires: sql<CredentialKind>`${requiredByProfession}`.as('profession_requires'),
};

export const selectProfessionalById = (query: Query, professionalId: string) =>
  query.select(shownProfessional).from(professionals).where(eq(professionals.id, professionalId)).limit(1);
