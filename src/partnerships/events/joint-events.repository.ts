import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { joint_event_hosts, joint_events } from '../../platform/db/schema.ts';

export type JointEventRow = typeof joint_events.$inferSelect;

/** Who holds an event. */
export interface HostRow {
  readonly id: string;
  readonly name: string;
  readonly contact_email: string | null;
}

const isHost = (practiceId: string) => sql`exists (select 1 from ${joint_event_hosts} as host
  where host.practice_id = ${practiceId} and host.joint_event_id = ${joint_events.id})`;

/** An event of which the practice is a host. */
export const selectHostedEvent = (query: Query, eventId: string, practiceId: string) =>
  query
    .select()
    .from(joint_events)
    .where(and(eq(joint_events.id, eventId), isHost(practiceId)))
    .limit(1);

/** Newest first: what is read is the practice's own. */
export const selectHostedEvents = (query: Query, practiceId: string, before: string, limit: number) =>
  query
    .select()
    .from(joint_events)
    .where(
      sql`${joint_events.id} in (select host.joint_event_id from ${joint_event_hosts} as host
        where host.practice_id = ${practiceId} and host.joint_event_id < ${before}
        order by host.joint_event_id desc limit ${limit})`,
    )
    .orderBy(desc(joint_events.id));

export interface HostOfEventRow extends HostRow {
  readonly joint_event_id: string;
}

/** The hosts of the events that `selectHostedEvents` gives for the same page. */
export const selectHostsOfPage = (query: Query, practiceId: string, before: string, limit: number) =>
  query.all<HostOfEventRow>(sql`
    select host.joint_event_id, practices.id, practices.name, practices.contact_email
    from (select joint_event_id from ${joint_event_hosts}
      where practice_id = ${practiceId} and joint_event_id < ${before}
      order by joint_event_id desc limit ${limit}) as mine
    cross join ${joint_event_hosts} as host on host.joint_event_id = mine.joint_event_id
    join practices on practices.id = host.practice_id
    order by practices.name, practices.id`);

export const selectHosts = (query: Query, eventId: string) =>
  query.all<HostOfEventRow>(sql`
    select host.joint_event_id, practices.id, practices.name, practices.contact_email
    from ${joint_event_hosts} as host join practices on practices.id = host.practice_id
    where host.joint_event_id = ${eventId} order by practices.name, practices.id`);

/** Those of the practices that are partners of this one now. */
export const selectPartnersAmong = (query: Query, practiceId: string, wanted: readonly string[]) =>
  query.all<{ id: string }>(sql`
    select wanted.value as id from json_each(${JSON.stringify(wanted)}) as wanted
    where exists (select 1 from partnerships
      where pair = min(wanted.value, ${practiceId}) || ' ' || max(wanted.value, ${practiceId})
        and state in ('invited', 'active', 'paused') and state <> 'invited')`);

/** How many referrals of the practice's own name the event; of those received, the accepted ones, as it reads them. */
export const countReferralsFrom = (query: Query, eventId: string, practiceId: string) =>
  query.all<{ given: number; received: number }>(sql`
    select count(*) filter (where sender_practice_id = ${practiceId}) as given,
      count(*) filter (where receiver_practice_id = ${practiceId} and accepted_at is not null) as received
    from referrals where source_event_id = ${eventId}`);

/** The oldest of as many as a day may have. */
export const selectOldestOfDay = (query: Query, practiceId: string, countMax: number) =>
  query
    .select({ created_at: joint_events.created_at })
    .from(joint_events)
    .where(and(eq(joint_events.made_by_practice_id, practiceId), lt(joint_events.id, 'jev_~')))
    .orderBy(desc(joint_events.id))
    .limit(1)
    .offset(countMax - 1);

export const insertEvent = (query: Query, row: typeof joint_events.$inferInsert) =>
  query.insert(joint_events).values(row).returning();

export const insertHosts = (query: Query, eventId: string, practiceIds: readonly string[]) =>
  query
    .insert(joint_event_hosts)
    .values(practiceIds.map((practice_id) => ({ practice_id, joint_event_id: eventId })));

export const deleteHost = (query: Query, eventId: string, practiceId: string) =>
  query
    .delete(joint_event_hosts)
    .where(and(eq(joint_event_hosts.practice_id, practiceId), eq(joint_event_hosts.joint_event_id, eventId)));

export const updateEvent = (
  query: Query,
  { id, version }: Pick<JointEventRow, 'id' | 'version'>,
  change: Partial<JointEventRow>,
) =>
  query
    .update(joint_events)
    .set({ ...change, version: version + 1 })
    .where(eq(joint_events.id, id))
    .returning();
