import * as v from 'valibot';
import { id, line, oneOf, setOf, time, timeOut, toTime, wholeNumber } from '../../http/fields.ts';
import { toETag } from '../../ledger/versions.ts';
import type { HostRow, JointEventRow } from './joint-events.repository.ts';

/** How a joint event stands. @schema JointEventState */
export const JOINT_EVENT_STATES = [
  /** It takes place, or took place. */
  'planned',
  /** It does not. */
  'cancelled',
] as const;

/** Beside the one that makes it. */
export const OTHER_HOSTS_MAX = 5;

const shared = {
  /** What it is called; at most 160 characters. */
  name: line(160),
  /** When it begins. */
  starts_at: time,
  /** How long it takes, in minutes. */
  duration_minutes: wholeNumber(5, 10_080),
  /** Where; null: not said. At most 300 characters. */
  place: v.nullable(line(300)),
};

/** A joint event. @schema JointEventRequest */
export const NewJointEventSchema = v.strictObject({
  ...shared,
  duration_minutes: v.optional(shared.duration_minutes, 60),
  place: v.optional(shared.place, null),
  /** Who holds it with you: partners of yours, 1 to 5. */
  host_practice_ids: setOf(id('practice'), OTHER_HOSTS_MAX, 1),
});

/** What is to change; what is left out stays. @schema JointEventChange */
export const JointEventChangeSchema = v.partial(
  v.strictObject({
    ...shared,
    /** `cancelled`: it does not take place; `planned`: it does after all. */
    state: oneOf(JOINT_EVENT_STATES),
  }),
);
export type NewJointEvent = v.InferOutput<typeof NewJointEventSchema>;
export type JointEventChange = v.InferOutput<typeof JointEventChangeSchema>;

/** A date that partners hold together. @schema JointEvent */
export const JointEventSchema = v.object({
  /** Its id: a referral names it as its `source`. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** How it stands. */
  state: v.picklist(JOINT_EVENT_STATES),
  /** What it is called. */
  name: v.string(),
  /** When it begins. */
  starts_at: timeOut,
  /** When it ends. */
  ends_at: timeOut,
  /** Where; null: not said. */
  place: v.nullable(v.string()),
  /** Who holds it, by name: all of them may change it. */
  hosts: v.array(
    v.object({
      /** The practice. */
      id: v.string(),
      /** Its name. */
      name: v.string(),
    }),
  ),
  /** Your referrals that name it as their source; null in lists. */
  referrals: v.nullable(
    v.object({
      /** Those that you gave. */
      given: v.number(),
      /** Those that you received and accepted. */
      received: v.number(),
    }),
  ),
  /** When it was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
});

type Counted = { readonly given: number; readonly received: number };

export const stateOf = ({ cancelled_at }: Pick<JointEventRow, 'cancelled_at'>) =>
  cancelled_at === null ? ('planned' as const) : ('cancelled' as const);

export const presentJointEvent = (
  row: JointEventRow,
  hosts: readonly HostRow[],
  referrals: Counted | null,
): v.InferOutput<typeof JointEventSchema> => ({
  id: row.id,
  version: row.version,
  state: stateOf(row),
  name: row.name,
  starts_at: toTime(row.starts_at),
  ends_at: toTime(row.ends_at),
  place: row.place,
  hosts: hosts.map(({ id, name }) => ({ id, name })),
  referrals,
  created_at: toTime(row.created_at),
  updated_at: toTime(row.updated_at),
});

export const showJointEvent = (row: JointEventRow, hosts: readonly HostRow[], referrals: Counted | null) => ({
  body: presentJointEvent(row, hosts, referrals),
  headers: { ETag: toETag(row.version) },
});

export const jointEventExample: v.InferOutput<typeof JointEventSchema> = {
  id: 'jev_01k8vb3q7dfx1v8k5n3c9t6m4s',
  version: 1,
  state: 'planned',
  name: 'Which work fits me? An evening at the library',
  starts_at: '2026-11-12T00:00:00.000Z',
  ends_at: '2026-11-12T01:30:00.000Z',
  place: 'Main library, Omaha',
  hosts: [
    { id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd', name: 'Elm Street Counseling' },
    { id: 'prc_01k8vayj1hf7trxq1n3d5c8v2k', name: 'Prairie Résumés' },
  ],
  referrals: { given: 2, received: 1 },
  created_at: '2026-10-05T10:00:00.000Z',
  updated_at: '2026-10-05T10:00:00.000Z',
};
