/** What practices see of each other. */
import * as v from 'valibot';
import { requireKnown, soughtCodes, unknownPlan } from '../catalog/known.ts';
import { flagInQuery, jurisdiction, languagesInQuery, line, oneOf, slug } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { many } from '../platform/db/plan.ts';
import { CAPACITIES } from '../platform/db/schema.ts';
import { notFound } from '../platform/problem.ts';
import { FORMS_MAX, selectForms } from '../practices/intake/intake.repository.ts';
import { selectCredentialsOfPage, selectProfessionals } from '../practices/practices.repository.ts';
import { lastDayAnywhere } from '../verification/expiry.ts';
import { searchDirectory, selectEntry } from './directory.repository.ts';
import {
  DirectoryEntrySchema,
  DirectoryPracticeSchema,
  directoryEntryExample,
  directoryPracticeExample,
  presentCard,
  presentEntry,
  presentHit,
  vcardExample,
} from './directory.schemas.ts';
import { toMatch } from './terms.ts';

/** The directory shows this many professionals of a practice. */
const PROFESSIONALS_SHOWN_MAX = 50;

const tag = 'Directory';

export const directoryOperations = [
  operation({
    id: 'listDirectory',
    method: 'GET',
    path: '/v1/directory',
    tag,
    summary: 'Find practices',
    description: [
      'Practices that are active and listed, in an order that was drawn by lot once for each when it joined: it is the same for every reader and every search, and neither what was given or received, nor payment, nor a change of the profile moves anybody in it.',
      'All parameters that you give must fit. A code that the catalog never had is refused, with the nearest. A practice that is listed chooses so (`listed` of its profile).',
    ].join(' '),
    scope: 'directory:read',
    readsCopies: true,
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /**
       * Words, all of which stand in the practice’s name, professionals, verified credentials, services, assessments,
       * specialties, description or city. Case, accents and English endings do not count; at most 10 words of 200
       * characters together.
       */
      q: v.optional(line(200)),
      /** Only those that offer this service or assessment, such as `career_testing`. */
      offer: v.optional(slug),
      /** Only those that offer this service. */
      service: v.optional(slug),
      /** Only those that offer this assessment. */
      assessment: v.optional(slug),
      /** Only those with a professional of this profession. */
      profession: v.optional(slug),
      /**
       * Only those with a licence that is verified, has not run out and covers this jurisdiction (ISO 3166-2), such as
       * `US-NE`; with `profession`, of that profession.
       */
      licensed_in: v.optional(jurisdiction),
      /** Only those that are there (ISO 3166-2), such as `US-NE`; a country finds its subdivisions, too. */
      jurisdiction: v.optional(jurisdiction),
      /** Only those that are in this city. */
      city: v.optional(line(120)),
      /** Only those that work in this language, or in one of some with commas between them; `es` finds `es-MX`, too. */
      language: v.optional(languagesInQuery),
      /** Only those that say so. */
      capacity: v.optional(oneOf(CAPACITIES)),
      /** `true`: leaves out who offers a service or an assessment that you offer, too. */
      no_overlap: v.optional(flagInQuery, 'false'),
      /**
       * `true`: only those that have an active partnership with an active partner of yours. Who is not listed introduces
       * nobody and is introduced to nobody.
       */
      known_to_partners: v.optional(flagInQuery, 'false'),
    }),
    response: {
      status: 200,
      description: 'A page of practices.',
      schema: page(DirectoryPracticeSchema),
      example: { data: [directoryPracticeExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { actor, exchange, query } = request;
      const { database, now } = exchange;
      const pager = await pagerOf(request, ['number']);
      const match = toMatch(query);
      const sought = soughtCodes({
        offer: ['service', query.offer, 'assessment'],
        service: ['service', query.service],
        assessment: ['assessment', query.assessment],
        profession: ['profession', query.profession],
        language: ['language', query.language],
      });
      const wanted = {
        match: match ?? '',
        complements: query.no_overlap,
        isKnownToPartners: query.known_to_partners,
        licence:
          query.licensed_in === undefined
            ? undefined
            : { jurisdiction: query.licensed_in, profession: query.profession },
      };
      const reader = { practiceId: actor.practice_id, today: lastDayAnywhere(now) };
      const { unknown, rows } = await database.read({
        unknown: unknownPlan(database, sought, true),
        rows:
          match === null
            ? undefined
            : many(searchDirectory(database.query, wanted, reader, pager.after?.[0] ?? -1, pager.rowsMax)),
      });
      await requireKnown(database, unknown);
      return {
        status: 200,
        body: await pager.show(
          rows ?? [],
          (row) => presentHit(row, now),
          (row) => [row.number],
        ),
      };
    },
  }),
  operation({
    id: 'getDirectoryEntry',
    method: 'GET',
    path: '/v1/directory/{practice_id}',
    tag,
    summary: 'Read a practice’s directory entry',
    description:
      'With its professionals and their verified credentials, and for its active partners with what it asks of those who refer to it. A practice that is not listed is there for itself, and for those with whom it has a partnership or an open invitation. With `format=vcard` or `Accept: text/vcard` it is a file of business cards (vCard 4.0): of the practice and of each professional with a verified credential; partners find mail and telephone on them.',
    scope: 'directory:read',
    readsCopies: true,
    whenSuspended: 'reads',
    query: v.strictObject({
      /** `vcard`: a file of business cards, as with `Accept: text/vcard`. */
      format: v.optional(
        oneOf([
          /** The entry. */
          'json',
          /** Business cards. */
          'vcard',
        ]),
      ),
    }),
    response: {
      status: 200,
      description: 'The entry.',
      schema: DirectoryEntrySchema,
      example: directoryEntryExample,
      vcardExample,
    },
    handle: async ({ accepts, actor, exchange: { database, now }, params, query }) => {
      const practiceId = params.practice_id;
      const [[row], professionals, credentials, forms] = await database.batch([
        selectEntry(database.query, practiceId, actor.practice_id),
        selectProfessionals(database.query, practiceId, '', PROFESSIONALS_SHOWN_MAX),
        selectCredentialsOfPage(database.query, practiceId, '', PROFESSIONALS_SHOWN_MAX),
        selectForms(database.query, practiceId, '', FORMS_MAX),
      ]);
      if (row?.status !== 'active') throw notFound();
      if (!row.listed && row.id !== actor.practice_id && row.partnership === null) throw notFound();
      const entry = presentEntry(row, professionals, credentials, forms, actor.practice_id, now);
      const isCard = query.format === 'vcard' || (query.format === undefined && accepts === 'text/vcard');
      if (!isCard) return { status: 200, body: entry };
      return {
        status: 200,
        body: presentCard(row, entry, actor.practice_id),
        mediaType: 'text/vcard; charset=utf-8',
        headers: { 'Content-Disposition': `attachment; filename="${row.id}.vcf"` },
      };
    },
  }),
];
