import { and, asc, eq, isNull, lt, sql } from 'drizzle-orm';
import { positionAt } from '../../ledger/events.repository.ts';
import { queuesUp } from '../../ledger/outbox.ts';
import type { Query } from '../../platform/db/database.ts';
import {
  deliveries,
  event_recipients,
  events,
  webhook_endpoints,
  webhook_replays,
} from '../../platform/db/schema.ts';

export type ReplayRow = typeof webhook_replays.$inferSelect;

/** It goes from the first event since then to the last one there is now. */
export const insertReplay = (
  query: Query,
  row: Pick<ReplayRow, 'id' | 'practice_id' | 'endpoint_id' | 'since' | 'created_at'>,
) =>
  query
    .insert(webhook_replays)
    .values({
      ...row,
      updated_at: row.created_at,
      cursor_position: positionAt(row.since) - 1,
      until_position: sql`coalesce((select max(last.position) from ${events} as last), 0)`,
    })
    .returning();

export const selectReplay = (query: Query, replayId: string, practiceId?: string) =>
  query
    .select()
    .from(webhook_replays)
    .where(
      and(
        eq(webhook_replays.id, replayId),
        practiceId === undefined ? undefined : eq(webhook_replays.practice_id, practiceId),
      ),
    )
    .limit(1);

export const selectRunningReplay = (query: Query, endpointId: string) =>
  query
    .select()
    .from(webhook_replays)
    .where(and(eq(webhook_replays.endpoint_id, endpointId), isNull(webhook_replays.finished_at)))
    .limit(1);

/** Those that nothing has happened to since then: their message was lost. */
export const selectStuckReplays = (query: Query, since: number, limit: number) =>
  query
    .select({ id: webhook_replays.id })
    .from(webhook_replays)
    .where(and(isNull(webhook_replays.finished_at), lt(webhook_replays.updated_at, since)))
    .orderBy(asc(webhook_replays.updated_at))
    .limit(limit);

/** What became of the deliveries that it queued. */
export const countReplayed = (query: Query, replayId: string) =>
  query
    .select({
      state: deliveries.state,
      count: sql<number>`count(*)`.as('count'),
    })
    .from(deliveries)
    .where(eq(deliveries.replay_id, replayId))
    .groupBy(deliveries.state);

export const selectNextPositions = (query: Query, replay: ReplayRow, limit: number) =>
  query.all<{ position: number }>(sql`
    select told.position from ${event_recipients} as told join ${events} on events.position = told.position
    where told.practice_id = ${replay.practice_id} and told.position > ${replay.cursor_position}
      and told.position <= ${replay.until_position} and events.occurred_at >= ${replay.since}
    order by told.position limit ${limit}`);

/**
 * Queues again what was given up and for the first time what the endpoint was never sent, and notes how far the
 * replay has come. Run twice it does nothing the second time.
 */
export function advanceReplay(
  query: Query,
  replay: ReplayRow,
  positions: readonly number[],
  isLast: boolean,
  now: number,
) {
  const wanted = JSON.stringify(positions);
  const count = query.run(
    sql`update ${webhook_replays} set queued_count = queued_count + changes() where id = ${replay.id}`,
  );
  return [
    query.all<{ delivery_id: string | null }>(sql`
      update ${deliveries} set queued_at = ${now}, attempts_before = attempts_count, replay_id = ${replay.id},
        (state, next_attempt_at) = (
          select iif(${queuesUp}, 'held', 'pending'), iif(${queuesUp}, null, ${now})
          from ${webhook_endpoints} as endpoint where endpoint.id = ${replay.endpoint_id})
      where endpoint_id = ${replay.endpoint_id} and state = 'exhausted'
        and position in (select value from json_each(${wanted}))
        and exists (select 1 from ${webhook_endpoints} as endpoint where endpoint.id = ${replay.endpoint_id} and endpoint.deleted_at is null)
      returning iif(state = 'pending', id, null) as delivery_id`),
    count,
    query.all<{ delivery_id: string | null }>(sql`
      insert into ${deliveries} (endpoint_id, position, state, next_attempt_at, created_at, replay_id)
      select endpoint.id, wanted.value,
        iif(${queuesUp}, 'held', 'pending'), iif(${queuesUp}, null, ${now}), ${now}, ${replay.id}
      from json_each(${wanted}) as wanted
      join ${events} as event on event.position = wanted.value
      join ${webhook_endpoints} as endpoint on endpoint.id = ${replay.endpoint_id} and endpoint.deleted_at is null
      where (json_array_length(endpoint.event_types) = 0
          or exists (select 1 from json_each(endpoint.event_types) as type where type.value = event.type))
        and coalesce(event.data ->> 'endpoint_id', '') <> endpoint.id
      on conflict do nothing
      returning iif(state = 'pending', id, null) as delivery_id`),
    count,
    query
      .update(webhook_replays)
      .set({
        cursor_position: positions.at(-1) ?? replay.until_position,
        examined_count: sql`examined_count + ${positions.length}`,
        updated_at: now,
        ...(isLast ? { finished_at: now } : {}),
      })
      .where(
        and(
          eq(webhook_replays.id, replay.id),
          eq(webhook_replays.cursor_position, replay.cursor_position),
          isNull(webhook_replays.finished_at),
        ),
      ),
  ] as const;
}
