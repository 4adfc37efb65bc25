import { eq, sql } from 'drizzle-orm';
import { isMakerGood } from '../platform/access/makers.ts';
import type { Query } from '../platform/db/database.ts';
import { catalog_terms, practices } from '../platform/db/schema.ts';
import type { CapacityLink } from '../platform/vault/links.ts';

interface OfferLabel {
  readonly en: string;
  readonly es: string;
}

/** The practice that the link asks, with what it offers in words. Drizzle names no table where there is only one. */
export const selectAsked = (query: Query, link: CapacityLink, now: number) =>
  query
    .select({
      id: practices.id,
      name: practices.name,
      time_zone: practices.time_zone,
      status: practices.status,
      version: practices.version,
      capacity: practices.capacity,
      capacity_updated_at: practices.capacity_updated_at,
      services: sql<OfferLabel[]>`(
        select json_group_array(json_object('en', term.label_en, 'es', term.label_es)) from (
          select 'service' as kind, value as code from json_each(practices.services)
          union all select 'assessment', value from json_each(practices.assessments)
        ) as offer cross join ${catalog_terms} as term on term.kind = offer.kind and term.code = offer.code)`
        .mapWith((text: string) => JSON.parse(text) as OfferLabel[])
        .as('offers'),
      is_good: isMakerGood(link.makerId, link.practiceId, now).as('is_good'),
    })
    .from(practices)
    .where(eq(practices.id, link.practiceId))
    .limit(1);

export type AskedPractice = Awaited<ReturnType<typeof selectAsked>>[number];
