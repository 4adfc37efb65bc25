import { and, eq, isNull } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { webhook_endpoints } from '../platform/db/schema.ts';

/** An endpoint by its id alone: who calls has no key that would say whose it is. */
export const selectLinkedEndpoint = (query: Query, endpointId: string) =>
  query
    .select()
    .from(webhook_endpoints)
    .where(and(eq(webhook_endpoints.id, endpointId), isNull(webhook_endpoints.deleted_at)))
    .limit(1);
