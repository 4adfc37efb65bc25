import * as v from 'valibot';
import type { PracticeActor } from '../http/authenticate.ts';
import { someOf } from '../http/fields.ts';
import { type Exchange, operation } from '../http/operation.ts';
import { pageQuery } from '../http/pagination.ts';
import { EVENT_TYPE_NAMES } from '../ledger/event-types.ts';
import { selectExaminedTo, selectFeed, selectKnownEvent } from '../ledger/events.repository.ts';
import { many, one } from '../platform/db/plan.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { EventSchema, type TellableEvent, toEnvelope, withLinks } from './envelope.ts';

export const eventExample = {
  id: 'evt_01k8vb2t5heqxt3nq5v0r6k3ma',
  type: 'referral.accepted',
  timestamp: '2026-10-05T15:04:05.000Z',
  data: {
    actor: 'receiver',
    sequence: 2,
    referral_id: 'ref_01k8vb1s2wf7r8tck5e8t3d7m1',
    state: 'accepted',
    url: 'https://exchange.example/v1/referrals/ref_01k8vb1s2wf7r8tck5e8t3d7m1',
  },
};

async function present(row: TellableEvent, actor: PracticeActor, { vault, settings }: Exchange) {
  const mayWrite = actor.scopes.includes('practice:write');
  const listener = { practiceId: actor.practice_id, makerId: mayWrite ? actor.key_id : null };
  return toEnvelope(await withLinks(row, listener, vault, settings.publicOrigin), settings.publicOrigin);
}

export const eventOperations = [
  operation({
    id: 'listEvents',
    method: 'GET',
    path: '/v1/events',
    tag: 'Events',
    summary: 'Read the event feed',
    description:
      'Oldest first. Keep the id of the last event that you handled and pass it as `after`: nothing is skipped, whatever happened to webhooks. An event that tells an outcome is left out once the client’s consent no longer lets it reach you. With `type` a page may have fewer than `limit` although `next_cursor` is not null: it looks through 500 events at most.',
    scope: 'events:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      limit: pageQuery.limit,
      /** The id of the last event that you handled; without it from the first one on. */
      after: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{0,100}$/, 'is not the id of an event'))),
      /** Only events of this type, or of some with commas between them. */
      type: v.optional(someOf(EVENT_TYPE_NAMES)),
    }),
    response: {
      status: 200,
      description: 'Events after the given one. `next_cursor` is the next `after`, or null at the end.',
      schema: v.object({
        /** Events, oldest first. */
        data: v.array(EventSchema),
        /** The next `after`; null at the end. */
        next_cursor: v.nullable(v.string()),
      }),
      example: { data: [eventExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async ({ exchange, actor, query }) => {
      const { database, now } = exchange;
      const { after, limit, type: types } = query;
      const filter = { after, types };
      const practiceId = actor.practice_id;
      const { rows, known, examinedTo } = await database.read({
        rows: many(selectFeed(database.query, practiceId, filter, limit + 1, now)),
        known: one(selectKnownEvent(database.query, practiceId, after ?? '', now)),
        examinedTo: types && one(selectExaminedTo(database.query, practiceId, filter, now)),
      });
      if (after !== undefined && !known) {
        throw new Problem('invalid_cursor', '`after` is not the id of an event that you received.');
      }
      const shown = rows.slice(0, limit);
      return {
        status: 200,
        body: {
          data: await Promise.all(shown.map((row) => present(row, actor, exchange))),
          next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : (examinedTo?.id ?? null),
        },
      };
    },
  }),
  operation({
    id: 'getEvent',
    method: 'GET',
    path: '/v1/events/{event_id}',
    tag: 'Events',
    summary: 'Read one event',
    scope: 'events:read',
    whenSuspended: 'reads',
    response: { status: 200, description: 'The event.', schema: EventSchema, example: eventExample },
    handle: async ({ exchange, actor, params }) => {
      const { database, now } = exchange;
      const { row } = await database.read({
        row: one(selectKnownEvent(database.query, actor.practice_id, params.event_id, now)),
      });
      if (!row?.tellable) throw notFound();
      return { status: 200, body: await present(row, actor, exchange) };
    },
  }),
];
