import { eq } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { consents } from '../db/schema.ts';

export type ConsentRow = typeof consents.$inferSelect;

export const selectConsent = (query: Query, referralId: string) =>
  query.select().from(consents).where(eq(consents.referral_id, referralId)).limit(1);

export const insertConsent = (query: Query, row: typeof consents.$inferInsert) =>
  query.insert(consents).values(row);
