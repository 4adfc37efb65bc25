/**
 * The whole data model on one page. Column names are the API's names. Times are integer milliseconds since
 * the epoch (`*_at`), dates are `YYYY-MM-DD` texts (`*_on`). Columns called `sealed_*` and the table
 * `client_records` hold ciphertext only (see `vault/`). Triggers stand in `migrations/`.
 */
import { type Column, sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { REFERRAL_STATES } from './states.ts';

/** Values of ours as a list in SQL; what callers send is bound instead. */
export const quoted = (values: readonly string[]) => sql.raw(values.map((value) => `'${value}'`).join(', '));
const jsonList = <T extends string>() => text({ mode: 'json' }).$type<T[]>();

/** Whether the practice may do anything new. */
export const PRACTICE_STATUSES = [
  /** It may send and receive referrals. */
  'active',
  /** The operator suspended it, or has not admitted it yet: it finishes what is open, and begins nothing new. */
  'suspended',
] as const;
export type PracticeStatus = (typeof PRACTICE_STATUSES)[number];
/** Whether the practice takes clients on. @schema Capacity */
export const CAPACITIES = [
  /** It takes new clients. */
  'accepting',
  /** New clients wait for a place. */
  'waitlist',
  /** It takes nobody now: referrals to it are refused. */
  'not_accepting',
  /** It takes clients on after an assessment. */
  'assessment_required',
] as const;
/** A credential by which somebody is verified in a profession. */
export const QUALIFICATION_KINDS = [
  /** A licence of a board, in one jurisdiction. */
  'licence',
  /** A certificate of a professional body. */
  'certification',
  /** A membership in a professional body. */
  'membership',
] as const;
/** What a profession may require beside it; alone it makes nobody verified. */
export const FURTHER_KINDS = [
  /** Cover against claims of malpractice. */
  'insurance',
  /** A National Provider Identifier (United States). */
  'npi',
] as const;
/** What sort of proof a credential is. */
export const CREDENTIAL_KINDS = [...QUALIFICATION_KINDS, ...FURTHER_KINDS] as const;
export const CREDENTIAL_STATUSES = [
  /** Nobody has looked yet. */
  'pending',
  /** Somebody has looked, and it is true. */
  'verified',
  /** Somebody has looked, and it is not. */
  'rejected',
] as const;
/** How surely a credential was verified. */
export const VERIFICATION_LEVELS = [
  /** The practice says so; nobody has looked. */
  'self_asserted',
  /** Found in a list of the issuer. */
  'registry_matched',
  /** Confirmed by the issuer itself. */
  'source_verified',
] as const;
/** How a partnership stands. */
export const PARTNERSHIP_STATES = [
  /** The invitation waits for its answer. */
  'invited',
  /** Both may refer to each other. */
  'active',
  /** One of the two pauses new referrals. */
  'paused',
  /** The invitation was declined. */
  'declined',
  /** One of the two ended it. */
  'ended',
] as const;
/** How a delivery stands. @schema DeliveryState */
export const DELIVERY_STATES = [
  /** To be posted, or to be tried again. */
  'pending',
  /** Its endpoint is disabled; it is posted when that is enabled again, within 30 days. */
  'held',
  /** The endpoint took it. */
  'delivered',
  /** Given up after its last attempt. */
  'exhausted',
  /** No longer to be delivered: the endpoint was deleted, or nothing may be told any more. */
  'cancelled',
] as const;
/** How much an endpoint is told. */
export const ENDPOINT_PAYLOADS = [
  /** Ids and states only; read the rest by the API. */
  'thin',
  /** Also the referral as you may read it then: each one is a disclosure, and logged. */
  'full',
] as const;
/** Why an endpoint is disabled. */
export const DISABLED_REASONS = [
  /** You disabled it. */
  'owner',
  /** It answered 410. */
  'gone',
  /** It failed for too long. */
  'failing',
] as const;
/** What an entry of the history is. */
export const LEDGER_KINDS = [
  /** An event. */
  'event',
  /** A disclosure of client data. */
  'disclosure',
  /** The consent as it was given. */
  'consent',
  /** The end of the consent by the client. */
  'revocation',
] as const;
/** What is wrong with an entry of the history. */
export const LEDGER_FAULTS = [
  /** It no longer says what was sealed. */
  'changed',
  /** It is gone. */
  'removed',
  /** It stands in another place. */
  'reordered',
  /** It stands there without a seal, as none of ours would. */
  'unsealed',
] as const;

/** An organization on the exchange; the tenant. */
export const practices = sqliteTable(
  'practices',
  {
    id: text().primaryKey(),
    version: integer().notNull().default(1),
    status: text({ enum: PRACTICE_STATUSES }).notNull().default('active'),
    name: text().notNull(),
    city: text().notNull(),
    jurisdiction: text().notNull(),
    time_zone: text().notNull(),
    scope_of_services: text().notNull(),
    services: jsonList().notNull(),
    assessments: jsonList().notNull(),
    languages: jsonList().notNull(),
    capacity: text({ enum: CAPACITIES }).notNull(),
    capacity_updated_at: integer().notNull(),
    /** When the practice is next asked whether it is still so. */
    capacity_due_at: integer(),
    /** Whether it stands in the directory. */
    listed: integer({ mode: 'boolean' }).notNull().default(true),
    specialties: jsonList().notNull().default([]),
    brochure_url: text(),
    website: text(),
    contact_email: text(),
    contact_phone: text(),
    verbal_consent_allowed: integer({ mode: 'boolean' }).notNull().default(false),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    /** A verified practice asks for it; the operator decides. */
    requested_name: text(),
    /** Why the operator did not agree to the last one. */
    name_rejection_reason: text(),
    /** When its next month begins, and the one before is ready; 0: to be reckoned, as in a new zone. */
    report_due_at: integer().notNull().default(0),
  },
  (t) => [
    index('practices_by_report_due').on(t.report_due_at),
    index('practices_by_requested_name').on(t.id).where(sql`${t.requested_name} is not null`),
    index('practices_by_capacity_due')
      .on(t.capacity_due_at)
      .where(sql`${t.status} = 'active' and ${t.listed} = 1`),
    check('practices_status', sql`${t.status} in (${quoted(PRACTICE_STATUSES)})`),
    check('practices_capacity', sql`${t.capacity} in (${quoted(CAPACITIES)})`),
    check('practices_services', sql`json_valid(${t.services}) and json_valid(${t.assessments})`),
  ],
);

/**
 * A practice's place in the directory. `number` is drawn by lot once, when the practice is made, and orders all lists of
 * practices; it is the row's id in `directory_search` (FTS5), which triggers write anew from `directory_documents` with
 * each `revision`. Neither that table nor that view can be said here: see the migration and docs/decisions.
 */
export const directory_entries = sqliteTable(
  'directory_entries',
  {
    number: integer().primaryKey(),
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    revision: integer().notNull().default(0),
    /** How many services other directories may take over; 0: it is not among them. Triggers write it. */
    published_services: integer().notNull().default(0),
  },
  (t) => [
    uniqueIndex('directory_entries_by_practice').on(t.practice_id),
    index('directory_entries_published')
      .on(t.number, t.published_services, t.practice_id)
      .where(sql`${t.published_services} > 0`),
  ],
);

/**
 * How much is published where in the order of the directory: so a page is found by its number without a look at those
 * before it. A block of level 1 holds the entries with the same first 6 of the 52 bits of `number`, one of level 2 those
 * with the same first 12. Triggers write it.
 */
export const directory_counts = sqliteTable(
  'directory_counts',
  {
    level: integer().notNull(),
    block: integer().notNull(),
    organizations: integer().notNull(),
    services: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.block] })],
);

/** What the catalog has terms for. @schema CatalogKind */
export const CATALOG_KINDS = [
  /** What a practice offers. */
  'service',
  /** What a professional is. */
  'profession',
  /** A test that a practice offers. */
  'assessment',
  /** Why a client is referred. */
  'reason',
  /** A language, without a country. */
  'language',
] as const;

/** A code that practices may use, with what people read for it. The operator extends it through the API. */
export const catalog_terms = sqliteTable(
  'catalog_terms',
  {
    kind: text({ enum: CATALOG_KINDS }).notNull(),
    code: text().notNull(),
    label_en: text().notNull(),
    label_es: text().notNull(),
    /** Of a profession: the kind of credential without which nobody sends or receives in it. */
    requires: text({ enum: QUALIFICATION_KINDS }),
    /** Of a profession: what nobody sends or receives in it without, beside that. Null: nothing. */
    also_requires: jsonList<(typeof FURTHER_KINDS)[number]>(),
    /** No longer taken where it is new; what has it keeps it. */
    retired: integer({ mode: 'boolean' }).notNull().default(false),
    /** After another label the directory is written anew, step by step: up to this number it is. */
    refreshed_number: integer(),
    updated_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.code] }),
    index('catalog_terms_to_refresh').on(t.refreshed_number).where(sql`${t.refreshed_number} is not null`),
    check('catalog_terms_kind', sql`${t.kind} in (${quoted(CATALOG_KINDS)})`),
    check('catalog_terms_requires', sql`(${t.kind} = 'profession') = (${t.requires} is not null)`),
  ],
);

/** What is asked, as it is stored: see `practices/intake/questions.ts`. */
export interface IntakeQuestions {
  readonly type: 'object';
  readonly properties: Readonly<
    Record<
      string,
      | {
          readonly type: 'string';
          readonly title: string;
          readonly maxLength?: number | undefined;
          readonly enum?: string[] | undefined;
        }
      | { readonly type: 'boolean'; readonly title: string }
      | {
          readonly type: 'integer';
          readonly title: string;
          readonly minimum?: number | undefined;
          readonly maximum?: number | undefined;
        }
    >
  >;
  readonly required: string[];
  readonly additionalProperties: false;
}

/** What a practice asks of those who refer to it, for one service; null: nothing any more. */
export const intake_forms = sqliteTable(
  'intake_forms',
  {
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    service: text().notNull(),
    version: integer().notNull(),
    questions: text({ mode: 'json' }).$type<IntakeQuestions>(),
    updated_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.practice_id, t.service] }),
    check('intake_forms_questions', sql`${t.questions} is null or json_valid(${t.questions})`),
  ],
);

/** A person of a practice. */
export const professionals = sqliteTable(
  'professionals',
  {
    id: text().primaryKey(),
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    name: text().notNull(),
    profession: text().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index('professionals_by_practice').on(t.practice_id, t.id)],
);

/** What is done with a verified credential when a newer roster says something else. @schema RosterAction */
export const ROSTER_ACTIONS = [
  /** It no longer counts at once; the operator is asked. */
  'suspend',
  /** It counts until the operator has looked. */
  'queue',
] as const;

/** What a line of a roster says of a licence. @schema RosterStatus */
export const ROSTER_STATUSES = [
  /** It holds. */
  'active',
  /** It has ended or was not renewed. */
  'lapsed',
  /** The board disciplined its holder. */
  'disciplined',
] as const;

/** A licensing board or another body, whose rosters verify credentials. */
export const boards = sqliteTable(
  'boards',
  {
    id: text().primaryKey(),
    version: integer().notNull().default(1),
    name: text().notNull(),
    jurisdiction: text().notNull(),
    /** What its rosters prove: credentials of this kind, and of this title where a line does not say another one. */
    kind: text({ enum: QUALIFICATION_KINDS }).notNull(),
    title: text(),
    when_lapsed: text({ enum: ROSTER_ACTIONS }).notNull(),
    when_disciplined: text({ enum: ROSTER_ACTIONS }).notNull(),
    when_unlisted: text({ enum: ROSTER_ACTIONS }).notNull(),
    /** The one that counts: the last that was completed. */
    roster_id: text(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [uniqueIndex('boards_by_name').on(t.name, t.jurisdiction)],
);

/** A board's list, as it was on a day. Its lines come in parts. */
export const rosters = sqliteTable(
  'rosters',
  {
    id: text().primaryKey(),
    board_id: text()
      .notNull()
      .references(() => boards.id),
    as_of: text().notNull(),
    source: text().notNull(),
    /** By which whoever sends it knows the same file again after an interruption. */
    fingerprint: text().notNull(),
    /** The highest number of a line that was taken. */
    last_line: integer().notNull().default(0),
    created_by_key_id: text().notNull(),
    created_at: integer().notNull(),
    completed_at: integer(),
  },
  (t) => [
    index('rosters_by_board').on(t.board_id, t.id),
    uniqueIndex('rosters_open').on(t.board_id).where(sql`${t.completed_at} is null`),
  ],
);

/** What a board's rosters say of a number. `roster_id` names the latest that has it. */
export const roster_lines = sqliteTable(
  'roster_lines',
  {
    board_id: text()
      .notNull()
      .references(() => boards.id),
    number_key: text().notNull(),
    roster_id: text().notNull(),
    line: integer().notNull(),
    number: text().notNull(),
    name: text().notNull(),
    status: text({ enum: ROSTER_STATUSES }).notNull(),
    title: text(),
    expires_on: text(),
  },
  (t) => [
    primaryKey({ columns: [t.board_id, t.number_key] }),
    check('roster_lines_status', sql`${t.status} in (${quoted(ROSTER_STATUSES)})`),
  ],
);

/** Why a credential waits for the operator. @schema VerificationCaseKind */
export const CASE_KINDS = [
  /** The roster says something else of it. */
  'disagrees',
  /** The roster says that it has ended. */
  'lapsed',
  /** The roster says that its holder was disciplined. */
  'disciplined',
  /** The roster does not have it. */
  'unlisted',
  /** Somebody else has the same one. */
  'claimed_twice',
] as const;

/** What waits for the operator's word: one open case a credential. */
export const verification_cases = sqliteTable(
  'verification_cases',
  {
    id: text().primaryKey(),
    credential_id: text()
      .notNull()
      .references(() => credentials.id),
    kind: text({ enum: CASE_KINDS }).notNull(),
    roster_id: text().notNull(),
    /** What was claimed and what is listed, member by member. */
    differences: text({ mode: 'json' })
      .$type<
        readonly {
          readonly member: string;
          readonly claimed: string | null;
          readonly listed: string | null;
        }[]
      >()
      .notNull(),
    created_at: integer().notNull(),
    resolved_at: integer(),
    resolution: text({ enum: ['verified', 'rejected', 'suspended', 'dismissed'] }),
    resolved_by: text(),
  },
  (t) => [
    uniqueIndex('verification_cases_open').on(t.credential_id).where(sql`${t.resolved_at} is null`),
    index('verification_cases_waiting').on(t.id).where(sql`${t.resolved_at} is null`),
    index('verification_cases_by_credential').on(t.credential_id, t.id),
  ],
);

/** Who decided on a credential, when, and by what; never changed or deleted. */
export const credential_decisions = sqliteTable(
  'credential_decisions',
  {
    id: text().primaryKey(),
    credential_id: text()
      .notNull()
      .references(() => credentials.id),
    decision: text({ enum: ['verified', 'rejected', 'suspended', 'queued'] }).notNull(),
    /** The operator's key, or the roster. */
    decided_by: text().notNull(),
    source: text(),
    evidence: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    decided_at: integer().notNull(),
  },
  (t) => [index('credential_decisions_by_credential').on(t.credential_id, t.id)],
);

/**
 * A credential of a professional. Valid through the end of `expires_on` in the practice's zone.
 *
 * The table had three kinds first, all of which end, and its checks of them cannot be changed. So `kind` and `expires_on`
 * are computed: for the others of `further_kind` and `further_until`. What stands in the first two columns of such a row
 * (`stored_*`) is a membership that ended long ago: whatever reads them alone, as the version before does, counts nothing.
 */
export const credentials = sqliteTable(
  'credentials',
  {
    id: text().primaryKey(),
    professional_id: text()
      .notNull()
      .references(() => professionals.id),
    version: integer().notNull().default(1),
    stored_kind: text('kind', { enum: QUALIFICATION_KINDS }).notNull(),
    title: text().notNull(),
    issuer: text().notNull(),
    number: text().notNull(),
    jurisdiction: text(),
    stored_expires_on: text('expires_on').notNull(),
    status: text({ enum: CREDENTIAL_STATUSES }).notNull().default('pending'),
    level: text({ enum: VERIFICATION_LEVELS }).notNull().default('self_asserted'),
    decided_at: integer(),
    decided_by_key_id: text(),
    source: text(),
    rejection_reason: text(),
    /** Whose rosters it is compared with, and under which number. */
    board_id: text().references(() => boards.id),
    number_key: text(),
    /** Verified, and yet does not count: since when and why. */
    suspended_at: integer(),
    suspension_reason: text(),
    /** The operator's key, or the roster. */
    suspended_by: text(),
    /** When it is next looked at: whether it ends soon or has ended. Null once its end was told. */
    notice_due_at: integer(),
    /** Since when it waits to be compared with the roster. */
    match_due_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    further_kind: text({ enum: FURTHER_KINDS }),
    /** The first day of an insurance. */
    starts_on: text(),
    /** The last day of an insurance. */
    further_until: text(),
    kind: text('held_kind', { enum: CREDENTIAL_KINDS })
      .notNull()
      .generatedAlwaysAs(sql`(coalesce(further_kind, kind))`, { mode: 'virtual' }),
    /** `9999-12-31` of what never ends. */
    expires_on: text('ends_on')
      .notNull()
      .generatedAlwaysAs(
        sql`(iif(further_kind is null, expires_on, coalesce(further_until, '9999-12-31')))`,
        {
          mode: 'virtual',
        },
      ),
  },
  (t) => [
    index('credentials_by_professional').on(t.professional_id),
    index('credentials_by_status').on(t.status, t.id),
    index('credentials_by_end').on(t.status, t.expires_on, t.id),
    index('credentials_by_board').on(t.board_id, t.number_key).where(sql`${t.board_id} is not null`),
    index('credentials_to_notice').on(t.notice_due_at).where(sql`${t.notice_due_at} is not null`),
    index('credentials_to_match').on(t.match_due_at).where(sql`${t.match_due_at} is not null`),
    check('credentials_kind', sql`${t.stored_kind} in (${quoted(QUALIFICATION_KINDS)})`),
    check('credentials_status', sql`${t.status} in (${quoted(CREDENTIAL_STATUSES)})`),
    check('credentials_level', sql`${t.level} in (${quoted(VERIFICATION_LEVELS)})`),
    check(
      'credentials_verified_above_self_asserted',
      sql`${t.status} <> 'verified' or ${t.level} <> 'self_asserted'`,
    ),
    check(
      'credentials_licence_has_jurisdiction',
      sql`${t.stored_kind} <> 'licence' or ${t.jurisdiction} is not null`,
    ),
  ],
);

/** By whom a key was made. */
export const KEY_CREATORS = [
  /** By the operator, through the API. */
  'operator',
  /** By the practice itself. */
  'practice',
  /** By the operator, on the command line. */
  'command_line',
] as const;

/** An API key, stored as the SHA-256 of its text. `practice_id` is null for an operator's key. */
export const api_keys = sqliteTable(
  'api_keys',
  {
    id: text().primaryKey(),
    practice_id: text().references(() => practices.id),
    name: text().notNull(),
    secret_hash: text().notNull(),
    secret_hint: text().notNull(),
    scopes: jsonList().notNull(),
    expires_at: integer(),
    last_used_at: integer(),
    revoked_at: integer(),
    /** Null for keys from before it was noted. */
    created_by: text({ enum: KEY_CREATORS }),
    created_by_key_id: text(),
    created_at: integer().notNull(),
  },
  (t) => [
    uniqueIndex('api_keys_by_secret_hash').on(t.secret_hash),
    index('api_keys_by_practice').on(t.practice_id, t.id),
  ],
);

/** What an operator did to a practice, written in the transaction of the act; never changed or deleted. */
export const operator_acts = sqliteTable(
  'operator_acts',
  {
    id: text().primaryKey(),
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    key_id: text()
      .notNull()
      .references(() => api_keys.id),
    /** The operation's id in the document. */
    operation: text().notNull(),
    resource_id: text().notNull(),
    acted_at: integer().notNull(),
  },
  (t) => [index('operator_acts_by_practice').on(t.practice_id, t.id)],
);

/**
 * The answer to one `Idempotency-Key`, kept 24 hours. Names the resource; never holds its content. `day` (since the
 * epoch, UTC) comes first in the key, so that whole days are forgotten without an index of their own.
 */
export const idempotency_records = sqliteTable(
  'idempotency_records',
  {
    day: integer().notNull(),
    owner_id: text().notNull(),
    idempotency_key: text().notNull(),
    request_hash: text().notNull(),
    status: integer().notNull(),
    resource_id: text().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.owner_id, t.idempotency_key] })],
);

/** That a partnership is not exclusive, and that nothing of value is given for a referral: one side's word. */
export interface Attestation {
  /** The person who gives it. */
  readonly attested_by: string;
  /** Milliseconds since the epoch. */
  readonly attested_at: number;
  readonly key_id: string;
  readonly text_version: string;
  /** Holds until this day, on which the partnership is looked at anew. */
  readonly renew_on: string;
}

/** Where a side would like to get the other one's newsletter. */
export interface Subscription {
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Two practices that agreed to refer to each other. `pair` is the two ids in order: one open partnership a pair. */
export const partnerships = sqliteTable(
  'partnerships',
  {
    id: text().primaryKey(),
    version: integer().notNull().default(1),
    state: text({ enum: PARTNERSHIP_STATES }).notNull(),
    inviter_practice_id: text()
      .notNull()
      .references(() => practices.id),
    invitee_practice_id: text()
      .notNull()
      .references(() => practices.id),
    pair: text().notNull(),
    message: text().notNull(),
    paused_by_practice_id: text().references(() => practices.id),
    answered_at: integer(),
    ended_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    /** The day on which both look at it anew: no agreement is for ever. */
    review_on: text(),
    /** When each side is reminded of that; null once it was, 0: to be reckoned, as in a new zone. */
    inviter_review_due_at: integer(),
    invitee_review_due_at: integer(),
    inviter_attestation: text({ mode: 'json' }).$type<Attestation>(),
    invitee_attestation: text({ mode: 'json' }).$type<Attestation>(),
    meeting_starts_at: integer(),
    meeting_ends_at: integer(),
    meeting_place: text(),
    meeting_by_practice_id: text().references(() => practices.id),
    inviter_newsletter: text({ mode: 'json' }).$type<Subscription>(),
    invitee_newsletter: text({ mode: 'json' }).$type<Subscription>(),
    /** Under the master key; nobody but its own side reads them. */
    sealed_inviter_notes: text(),
    sealed_invitee_notes: text(),
    /** When a referral was last sent, either way, to the day: a trigger notes it at most once a day. */
    last_referral_at: integer(),
  },
  (t) => [
    uniqueIndex('partnerships_open_pair')
      .on(t.pair)
      .where(sql`${t.state} in ('invited', 'active', 'paused')`),
    index('partnerships_by_inviter').on(t.inviter_practice_id, t.id),
    index('partnerships_by_invitee').on(t.invitee_practice_id, t.id),
    index('partnerships_unanswered').on(t.inviter_practice_id).where(sql`${t.state} = 'invited'`),
    index('partnerships_refused')
      .on(t.inviter_practice_id, t.invitee_practice_id, t.updated_at)
      .where(sql`(${t.state} = 'declined' or (${t.state} = 'ended' and ${t.answered_at} is null))`),
    index('partnerships_inviter_review')
      .on(t.inviter_review_due_at)
      .where(sql`${t.inviter_review_due_at} is not null`),
    index('partnerships_invitee_review')
      .on(t.invitee_review_due_at)
      .where(sql`${t.invitee_review_due_at} is not null`),
    check('partnerships_state', sql`${t.state} in (${quoted(PARTNERSHIP_STATES)})`),
    check('partnerships_two_practices', sql`${t.inviter_practice_id} <> ${t.invitee_practice_id}`),
  ],
);

/** What the operator said of somebody who registered. */
export const JOIN_DECISIONS = ['admitted', 'refused'] as const;

/**
 * A link by which a practice invites a colleague who is not on the exchange, and what came of it: she registers, the
 * operator decides, her first key is handed over. No link is stored.
 */
export const join_invitations = sqliteTable(
  'join_invitations',
  {
    id: text().primaryKey(),
    version: integer().notNull().default(1),
    inviter_practice_id: text()
      .notNull()
      .references(() => practices.id),
    /** The link dies with it, as long as nobody has registered. */
    created_by_key_id: text()
      .notNull()
      .references(() => api_keys.id),
    invitee_name: text().notNull(),
    message: text().notNull(),
    created_at: integer().notNull(),
    expires_at: integer().notNull(),
    revoked_at: integer(),
    /** Who registered by it. */
    practice_id: text().references(() => practices.id),
    registered_at: integer(),
    /** By which whoever registered is known when the same form comes again. */
    claim_hash: text(),
    terms_version: text(),
    terms_agreed_by: text(),
    decision: text({ enum: JOIN_DECISIONS }),
    decided_at: integer(),
    decided_by_key_id: text(),
    refusal_reason: text(),
    partnership_id: text().references(() => partnerships.id),
    /** The first key: another one takes its place until it was used. */
    first_key_id: text().references(() => api_keys.id),
  },
  (t) => [
    index('join_invitations_by_inviter').on(t.inviter_practice_id, t.id),
    // How many of one practice's are open: see INVITATIONS_UNANSWERED_MAX.
    index('join_invitations_open')
      .on(t.inviter_practice_id, t.expires_at)
      .where(sql`${t.registered_at} is null and ${t.revoked_at} is null`),
    index('join_invitations_waiting')
      .on(t.id)
      .where(sql`${t.registered_at} is not null and ${t.decision} is null`),
    index('join_invitations_decided').on(t.decision, t.id).where(sql`${t.decision} is not null`),
    uniqueIndex('join_invitations_by_practice').on(t.practice_id).where(sql`${t.practice_id} is not null`),
    check('join_invitations_registered', sql`(${t.practice_id} is null) = (${t.registered_at} is null)`),
    check('join_invitations_terms', sql`(${t.registered_at} is null) = (${t.terms_version} is null)`),
    check('join_invitations_decision', sql`${t.decision} in (${quoted(JOIN_DECISIONS)})`),
    check(
      'join_invitations_decided_once_registered',
      sql`${t.decision} is null or ${t.registered_at} is not null`,
    ),
    check('join_invitations_key_once_admitted', sql`${t.first_key_id} is null or ${t.decision} = 'admitted'`),
  ],
);

/** A seminar or another date that partners hold together, open to people whom they may refer to each other later. */
export const joint_events = sqliteTable(
  'joint_events',
  {
    id: text().primaryKey(),
    version: integer().notNull().default(1),
    made_by_practice_id: text()
      .notNull()
      .references(() => practices.id),
    name: text().notNull(),
    starts_at: integer().notNull(),
    ends_at: integer().notNull(),
    place: text(),
    cancelled_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [
    index('joint_events_by_maker').on(t.made_by_practice_id, t.id),
    check('joint_events_time', sql`${t.ends_at} > ${t.starts_at}`),
  ],
);

/** Who holds it. Who has left is a host no more. */
export const joint_event_hosts = sqliteTable(
  'joint_event_hosts',
  {
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    joint_event_id: text()
      .notNull()
      .references(() => joint_events.id),
  },
  (t) => [
    primaryKey({ columns: [t.practice_id, t.joint_event_id] }),
    index('joint_event_hosts_by_event').on(t.joint_event_id),
  ],
);

/** One practice thanked the other for what it referred: an act, and nothing else of value. */
export const partnership_thanks = sqliteTable(
  'partnership_thanks',
  {
    /** Who is thanked. */
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    by_practice_id: text()
      .notNull()
      .references(() => practices.id),
    thanked_at: integer().notNull(),
    partnership_id: text()
      .notNull()
      .references(() => partnerships.id),
  },
  (t) => [
    primaryKey({ columns: [t.practice_id, t.by_practice_id, t.thanked_at] }),
    index('partnership_thanks_received').on(t.practice_id, t.thanked_at),
    index('partnership_thanks_given').on(t.by_practice_id, t.thanked_at),
  ],
);

/**
 * Practices among which a client chooses: each is a referral of its own, which names the choice, its place in the sender's
 * order, and once the client has answered its rank in theirs.
 */
export const choices = sqliteTable('choices', {
  id: text().primaryKey(),
  sender_practice_id: text()
    .notNull()
    .references(() => practices.id),
  created_at: integer().notNull(),
  /** When the client answered; from then on the order is fixed. */
  decided_at: integer(),
});

/**
 * Since when a client's data wait for their erasure; null while they do not. It is made of what the sender was told, so
 * that the day of the erasure tells nothing else: the end that it knows of, or where it knows of none, that of the consent.
 */
export const retainedSince = (t: { readonly sender_progress: Column; readonly consent_ended_at: Column }) =>
  // Without a comma, at which Drizzle would take it apart.
  sql<
    number | null
  >`case when ${t.sender_progress} ->> 'ended_at' is null then ${t.consent_ended_at} else ${t.sender_progress} ->> 'ended_at' end`;

/**
 * One client, introduced by one practice to another. The plain columns hold nothing about who the client is.
 * `sender_*` columns are what the sender may know: they stand still while the consent allows no way back. Each side
 * has a version of its own, which counts what it was told.
 */
export const referrals = sqliteTable(
  'referrals',
  {
    id: text().primaryKey(),
    version: integer().notNull(),
    sender_practice_id: text()
      .notNull()
      .references(() => practices.id),
    receiver_practice_id: text()
      .notNull()
      .references(() => practices.id),
    partnership_id: text()
      .notNull()
      .references(() => partnerships.id),
    sender_professional_id: text()
      .notNull()
      .references(() => professionals.id),
    receiver_professional_id: text().references(() => professionals.id),
    previous_id: text().references((): AnySQLiteColumn => referrals.id),
    service: text().notNull(),
    reason: text().notNull(),
    urgency: text().notNull(),
    languages: jsonList().notNull(),
    client_city: text(),
    client_jurisdiction: text().notNull(),
    disclose: text({ enum: ['on_accept', 'on_send'] }).notNull(),
    respond_within_ms: integer().notNull(),

    state: text({ enum: REFERRAL_STATES }).notNull(),
    sent_at: integer(),
    respond_by: integer(),
    needs_info_since: integer(),
    needs_info_total_ms: integer().notNull().default(0),
    answered_at: integer(),
    accepted_at: integer(),
    decline_reason: text(),
    engaged_at: integer(),
    outcome_at: integer(),
    not_engaged_reason: text(),
    completed_at: integer(),
    ended_at: integer(),

    last_move: text().notNull(),
    last_move_by: text().notNull(),
    last_move_at: integer().notNull(),
    undo_progress: text({ mode: 'json' }),
    deadline: text(),
    deadline_at: integer(),

    receiver_version: integer().notNull().default(0),
    receiver_updated_at: integer(),
    sender_version: integer().notNull(),
    sender_updated_at: integer().notNull(),
    sender_state: text({ enum: REFERRAL_STATES }).notNull(),
    sender_progress: text({ mode: 'json' }).notNull(),
    client_index: text().notNull(),
    duplicate_allowed: integer({ mode: 'boolean' }).notNull(),
    /** Since then nothing of the client is left; what stays are facts that reports count. */
    erased_at: integer(),
    /** When the consent had run out, as both sides were told. */
    consent_ended_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    /** When a webhook endpoint of the receiver took `referral.sent`. No part of the lifecycle, so no new version. */
    reached_at: integer(),
    /** Whether the receiver's CRM said that it made something of it; null while it was not reached. */
    reached_confirmed: integer({ mode: 'boolean' }),
    /** Until when the consent lets outcomes reach the sender; 0 where it was taken back, null where it never did. */
    sender_feedback_until: integer(),
    /** The joint event by which the client came to the sender. */
    source_event_id: text().references(() => joint_events.id),
    /** Where the client chooses among several. The receiver knows none of the three. */
    choice_id: text().references(() => choices.id),
    /** In the sender's order, from 1. */
    choice_place: integer(),
    /** In the client's order, from 1; null: not named, or not yet. */
    choice_rank: integer(),
  },
  (t) => [
    uniqueIndex('referrals_by_choice').on(t.choice_id, t.choice_place).where(sql`${t.choice_id} is not null`),
    uniqueIndex('referrals_choice_order')
      .on(t.choice_id, t.choice_rank)
      .where(sql`${t.choice_rank} is not null`),
    index('referrals_by_sender').on(t.sender_practice_id, t.id),
    index('referrals_by_receiver').on(t.receiver_practice_id, t.id),
    index('referrals_by_sender_month').on(t.sender_practice_id, t.sent_at),
    index('referrals_by_receiver_month').on(t.receiver_practice_id, t.sent_at),
    index('referrals_by_client').on(t.client_index),
    index('referrals_by_source').on(t.source_event_id).where(sql`${t.source_event_id} is not null`),
    // With the sender: what the receiver did next is not even read for it.
    index('referrals_by_previous')
      .on(t.previous_id, t.sender_practice_id)
      .where(sql`${t.previous_id} is not null`),
    index('referrals_by_deadline').on(t.deadline_at).where(sql`${t.deadline_at} is not null`),
    // What waits at a practice, as the senders see it, and how many of one sender's: see WAITING_PER_RECEIVER_MAX.
    index('referrals_waiting')
      .on(t.receiver_practice_id, t.sender_state, t.sender_practice_id)
      .where(sql`${t.sender_state} in ('awaiting_consent', 'sent', 'needs_info')`),
    index('referrals_by_retention')
      .on(retainedSince(t))
      .where(sql`${t.erased_at} is null and ${retainedSince(t)} is not null`),
    check('referrals_state', sql`${t.state} in (${quoted(REFERRAL_STATES)})`),
    check('referrals_sender_state', sql`${t.sender_state} in (${quoted(REFERRAL_STATES)})`),
    check('referrals_two_practices', sql`${t.sender_practice_id} <> ${t.receiver_practice_id}`),
    check(
      'referrals_sent',
      sql`${t.sent_at} is not null or ${t.state} in ('awaiting_consent', 'consent_denied', 'withdrawn', 'expired')`,
    ),
    check('referrals_decline_reason', sql`(${t.state} = 'declined') = (${t.decline_reason} is not null)`),
    check(
      'referrals_not_engaged_reason',
      sql`(${t.state} = 'not_engaged') = (${t.not_engaged_reason} is not null)`,
    ),
  ],
);

/** There is one consent of a referral: it is named after it. */
const consentId = () =>
  text().generatedAlwaysAs(sql`('con_' || substr(referral_id, 5))`, { mode: 'virtual' }).notNull();

/** The client's permission to disclose named categories to one practice until a time. */
export const consents = sqliteTable(
  'consents',
  {
    referral_id: text()
      .primaryKey()
      .references(() => referrals.id),
    id: consentId(),
    method: text({ enum: ['hosted', 'written', 'electronic', 'verbal'] }).notNull(),
    categories: jsonList<string>().notNull(),
    directions: jsonList<string>().notNull(),
    sealed_purposes: text().notNull(),
    disclose_on_send: integer({ mode: 'boolean' }).notNull(),
    part2: integer({ mode: 'boolean' }).notNull(),
    notice_version: text(),
    language: text().notNull(),
    sealed_signature: text().notNull(),
    /** SHA-256 of the exact text that the client was shown on our page, and that text, sealed. */
    text_hash: text(),
    sealed_text: text(),
    expiry_noted_at: integer(),
    granted_at: integer().notNull(),
    expires_at: integer().notNull(),
    revoked_at: integer(),
    recorded_by_key_id: text().notNull(),
    recorded_at: integer().notNull(),
  },
  (t) => [
    index('consents_by_expiry')
      .on(t.expires_at)
      .where(sql`${t.expiry_noted_at} is null and ${t.revoked_at} is null`),
    check(
      'consents_validity',
      sql`${t.expires_at} > ${t.granted_at} and ${t.expires_at} <= ${t.granted_at} + 365 * 86400000`,
    ),
    check('consents_method', sql`${t.method} in ('hosted', 'written', 'electronic', 'verbal')`),
  ],
);

/**
 * A link by which a client is asked, and later reads and revokes. The token stands here only as its SHA-256. One link
 * of a referral is open at a time; `ended_at` closes the ones before it.
 */
export const consent_requests = sqliteTable(
  'consent_requests',
  {
    id: text().primaryKey(),
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    token_hash: text().notNull(),
    categories: jsonList<string>().notNull(),
    sealed_purposes: text().notNull(),
    valid_days: integer().notNull(),
    disclose_on_send: integer({ mode: 'boolean' }).notNull(),
    part2: integer({ mode: 'boolean' }).notNull(),
    /** Wrong last names so far, and those of them that still count (see `consents/name-tries.ts`). */
    names_tried: integer().notNull().default(0),
    name_tries: text({ mode: 'json' }).$type<NameTry[]>().notNull().default([]),
    expires_at: integer().notNull(),
    ended_at: integer(),
    created_at: integer().notNull(),
    /** Why the client is offered this one practice; null where the sender did not say. */
    single_option_reason: text({
      enum: ['only_one_suitable', 'only_one_nearby', 'only_one_available', 'client_request'],
    }),
  },
  (t) => [
    uniqueIndex('consent_requests_by_token').on(t.token_hash),
    index('consent_requests_by_referral').on(t.referral_id),
    uniqueIndex('consent_requests_open').on(t.referral_id).where(sql`${t.ended_at} is null`),
    check('consent_requests_days', sql`${t.valid_days} between 1 and 365`),
  ],
);

/** Who the client is, sealed: each column is encrypted with the referral's own data key. */
export const client_records = sqliteTable('client_records', {
  referral_id: text()
    .primaryKey()
    .references(() => referrals.id),
  master_key_id: text().notNull(),
  wrapped_data_key: text().notNull(),
  identity: text().notNull(),
  contact: text().notNull(),
  reason: text(),
  background: text(),
  notes: text(),
  documents: text(),
  intake: text(),
  /** The client's rows in `client_lookups`, so that erasing finds them without an index of their own. */
  lookups: jsonList<string>(),
});

/** By which a sender finds its referrals of one client: keyed hashes (see `referrals/client.lookups.ts`). */
export const client_lookups = sqliteTable(
  'client_lookups',
  {
    lookup: text().notNull(),
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
  },
  (t) => [primaryKey({ columns: [t.lookup, t.referral_id] })],
);

/** What one side wrote to the other about a referral: a question, an answer, the words with a refusal. */
export const referral_messages = sqliteTable(
  'referral_messages',
  {
    id: text().primaryKey(),
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    kind: text({ enum: ['question', 'answer', 'decline_note', 'not_engaged_note', 'message'] }).notNull(),
    author: text({ enum: ['sender', 'receiver'] }).notNull(),
    sealed_text: text().notNull(),
    created_at: integer().notNull(),
  },
  // By author: of what the other side wrote nothing is read where only one's own counts.
  (t) => [index('referral_messages_by_author').on(t.referral_id, t.author, t.id)],
);

/** What both sides have agreed to do for the client. What is to be done stands sealed, under the referral's own key. */
export const plan_items = sqliteTable(
  'plan_items',
  {
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    id: text().notNull(),
    version: integer().notNull(),
    author: text({ enum: ['sender', 'receiver'] }).notNull(),
    /** Who changed it last: the other side reads it by the consent. */
    changed_by: text({ enum: ['sender', 'receiver'] }).notNull(),
    /** Who does it. */
    owner: text({ enum: ['sender', 'receiver'] }).notNull(),
    place: integer().notNull(),
    /** Text and due date. */
    sealed_item: text().notNull(),
    done_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.referral_id, t.id] }),
    check(
      'plan_items_sides',
      sql`${t.author} in ('sender', 'receiver') and ${t.changed_by} in ('sender', 'receiver') and ${t.owner} in ('sender', 'receiver')`,
    ),
    check('plan_items_place', sql`${t.place} between 1 and 1000`),
  ],
);

/** A contact of the receiver with the client: no change of state. */
export const contacts = sqliteTable(
  'contacts',
  {
    id: text().primaryKey(),
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    kind: text({ enum: ['attempted', 'reached', 'scheduled', 'no_show', 'appointment_cancelled'] }).notNull(),
    occurred_at: integer().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index('contacts_by_referral').on(t.referral_id, t.id)],
);

/**
 * One occasion on which client data left to the referral's receiver. Rows are never changed. `position` is the order of
 * commits; `number` counts those of the referral, without gaps.
 */
export const disclosures = sqliteTable(
  'disclosures',
  {
    position: integer().primaryKey(),
    /** Made of the two by which it is named. */
    id: text()
      .generatedAlwaysAs(sql`('dsc_' || substr(referral_id, 5) || printf('%06x', number))`, {
        mode: 'virtual',
      })
      .notNull(),
    number: integer().notNull(),
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    consent_id: consentId(),
    categories: jsonList<string>().notNull(),
    way: text({ enum: ['api', 'webhook', 'page'] }).notNull(),
    /** The API key, or for a webhook the endpoint, through which it left; for a page, whichever made the link. */
    key_id: text().notNull(),
    disclosed_at: integer().notNull(),
  },
  (t) => [uniqueIndex('disclosures_by_referral').on(t.referral_id, t.disclosed_at, t.number)],
);

/** A link as it is stored: see `toStored` and `LINK` in `ledger/chain/links.ts`. */
export type StoredLink = readonly [
  /** The first letter of its entry's kind. */
  kind: string,
  /** What of the entry's id cannot be known without the entry: an event's without its kind, a disclosure's number. */
  name: string | number,
  /** An event's sequence, a disclosure's position. */
  place: number | null,
  /** The id of the key in LEDGER_KEYS, then what is kept of the hash of the content and of the link's keyed hash. */
  seal: string,
];

/**
 * The chain of a referral: its last link (so that links cut off its end are missed), and those since the last full part.
 * `hash` is keyed and covers the link before it.
 */
export const ledger_chains = sqliteTable('ledger_chains', {
  referral_id: text()
    .primaryKey()
    .references(() => referrals.id),
  number: integer().notNull(),
  hash: text().notNull(),
  /** Whether the consent, and its revocation, have their links. */
  has_consent: integer({ mode: 'boolean' }).notNull(),
  has_revocation: integer({ mode: 'boolean' }).notNull(),
  first_number: integer().notNull(),
  links: text({ mode: 'json' }).$type<StoredLink[]>().notNull(),
});

/** The full parts of long chains. Rows are never changed. */
export const ledger_parts = sqliteTable(
  'ledger_parts',
  {
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    first_number: integer().notNull(),
    links: text({ mode: 'json' }).$type<StoredLink[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.referral_id, t.first_number] })],
);

/** Up to which event and disclosure everything is sealed. One row. */
export const ledger_progress = sqliteTable(
  'ledger_progress',
  {
    id: integer().primaryKey(),
    version: integer().notNull(),
    event_position: integer().notNull(),
    disclosure_position: integer().notNull(),
  },
  (t) => [check('ledger_progress_one', sql`${t.id} = 1`)],
);

/** Where a chain does not hold. */
export interface BrokenLink {
  /** Null where no link is known for what is missing or unsealed. */
  readonly number: number | null;
  readonly kind: (typeof LEDGER_KINDS)[number] | null;
  readonly entry_id: string | null;
  readonly fault: (typeof LEDGER_FAULTS)[number];
}

/**
 * What the last check of chains found: of the referrals up to `last_id`, after the `last_id` of the check before (by id).
 * `hash` is keyed.
 */
export const ledger_checks = sqliteTable(
  'ledger_checks',
  {
    last_id: text().primaryKey(),
    after_id: text().notNull(),
    checked_at: integer().notNull(),
    exceptions: text({ mode: 'json' }).$type<Record<string, BrokenLink | null>>().notNull(),
    hash: text().notNull(),
  },
  (t) => [index('ledger_checks_by_age').on(t.checked_at)],
);

/**
 * A month that is over as one practice's report counts it, kept until something of it changes: triggers delete the row
 * then. While `figures` is null somebody computes them; `token` says who, so that what changed meanwhile is not kept.
 */
export const report_months = sqliteTable(
  'report_months',
  {
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    from_at: integer().notNull(),
    until_at: integer().notNull(),
    token: text().notNull(),
    /** Both directions, all partners together (see `reports/kept.ts`). */
    figures: text({ mode: 'json' }),
  },
  (t) => [primaryKey({ columns: [t.practice_id, t.from_at] })],
);

/** What one partner has of a month in `report_months`. */
export const report_partners = sqliteTable(
  'report_partners',
  {
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    from_at: integer().notNull(),
    partner_id: text()
      .notNull()
      .references(() => practices.id),
    partner_name: text().notNull(),
    figures: text({ mode: 'json' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.practice_id, t.from_at, t.partner_id] }),
    index('report_partners_by_partner').on(t.partner_id),
  ],
);

/** A month of the whole network, counted once. While `counted_at` is null practices after `after_id` are still to be counted. */
export const network_months = sqliteTable('network_months', {
  /** `YYYY-MM`, by UTC. */
  month: text().primaryKey(),
  after_id: text().notNull().default(''),
  counted_at: integer(),
  /** Exact counts (see `reports/network/figures.ts`); what is published of them is rounded. */
  figures: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
});

/** A month of a practice's reports that whoever has the link may look at. The link itself is stored nowhere. */
export const report_shares = sqliteTable(
  'report_shares',
  {
    id: text().primaryKey(),
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    /** `YYYY-MM`, in `time_zone`. */
    month: text().notNull(),
    time_zone: text().notNull(),
    /** Null where the exchange shared it with the event that the month is ready. */
    created_by_key_id: text().references(() => api_keys.id),
    created_at: integer().notNull(),
    expires_at: integer().notNull(),
    revoked_at: integer(),
  },
  (t) => [index('report_shares_by_practice').on(t.practice_id, t.id)],
);

/** When the minute ran last, and how it went. One row. */
export const minute_runs = sqliteTable(
  'minute_runs',
  {
    id: integer().primaryKey(),
    started_at: integer().notNull(),
    duration_ms: integer().notNull(),
    /** The parts that had more to do than a minute may. */
    unfinished: jsonList<string>().notNull(),
  },
  (t) => [check('minute_runs_one', sql`${t.id} = 1`)],
);

/** Limits of requests that one holder has: in all, and of tests of endpoints. @schema RateLimitName */
export const RATE_LIMITS = [
  /** Requests a minute. */
  'practice',
  /** Tests of webhook endpoints a minute. */
  'pings',
] as const;

/**
 * Who was refused for asking too often. One row for each holder and limit, written at most every ten minutes however
 * often it is refused: there are no more of them than practices and operators' keys.
 */
export const limits_met = sqliteTable(
  'limits_met',
  {
    /** A practice, or the key of an operator. */
    holder_id: text().notNull(),
    rate_limit: text({ enum: RATE_LIMITS }).notNull(),
    /** The first time after a day without. */
    first_met_at: integer().notNull(),
    last_met_at: integer().notNull(),
    /** How often it was written since. */
    stretches_count: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.holder_id, t.rate_limit] }),
    index('limits_met_by_time').on(t.last_met_at),
    check('limits_met_limit', sql`${t.rate_limit} in (${quoted(RATE_LIMITS)})`),
  ],
);

/**
 * A fact that happened, in order, kept. `position` is the order of commits: microseconds since the epoch at which it
 * happened, or one more than the last one's, so that it is found by the time in its id without an index of its own.
 */
export const events = sqliteTable(
  'events',
  {
    position: integer().primaryKey(),
    id: text().notNull(),
    type: text().notNull(),
    referral_id: text().references(() => referrals.id),
    sequence: integer(),
    actor: text().notNull(),
    data: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    occurred_at: integer().notNull(),
  },
  (t) => [
    uniqueIndex('events_by_referral').on(t.referral_id, t.sequence),
    check('events_sequence', sql`(${t.referral_id} is null) = (${t.sequence} is null)`),
  ],
);

/** Who is told of an event. `sequence` counts what this practice was told of the referral, without gaps. */
export const event_recipients = sqliteTable(
  'event_recipients',
  {
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    position: integer()
      .notNull()
      .references(() => events.position),
    sequence: integer(),
    needs_feedback: integer({ mode: 'boolean' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.practice_id, t.position] })],
);

/** What is kept of a referral that was prepared. */
export const PREPARED_STATES = [
  /** It waits for its colleague, or for its sender. */
  'waiting',
  /** It was sent: there is a referral. */
  'sent',
  /** Its sender gave it up. */
  'discarded',
  /** It was kept as long as it may be. */
  'expired',
] as const;

/**
 * A referral that a practice prepares for a colleague whom it has invited: its own, and nobody else's. How it stands
 * beside `state` is said by the invitation. Once it is closed nothing of the client is left in it: its checks stand in the
 * migration.
 */
export const prepared_referrals = sqliteTable(
  'prepared_referrals',
  {
    id: text().primaryKey(),
    version: integer().notNull().default(1),
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    invitation_id: text()
      .notNull()
      .references(() => join_invitations.id),
    state: text({ enum: PREPARED_STATES }).notNull().default('waiting'),
    service: text().notNull(),
    reason: text().notNull(),
    /** What was handed in, the client too; under the master key. */
    sealed_wish: text(),
    /** By which it is found when its client asks: as those of `client_lookups`. */
    lookups: jsonList().notNull(),
    referral_id: text().references(() => referrals.id),
    /** What its sender was last told of it. */
    told: text({ enum: ['ready', 'stranded'] }),
    /** When it is next looked at: whether there is something to tell, or it is to be erased. */
    notice_due_at: integer(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    expires_at: integer().notNull(),
  },
  (t) => [
    index('prepared_referrals_by_practice').on(t.practice_id, t.id),
    index('prepared_referrals_waiting').on(t.practice_id, t.id).where(sql`${t.state} = 'waiting'`),
    index('prepared_referrals_by_invitation').on(t.invitation_id).where(sql`${t.state} = 'waiting'`),
    index('prepared_referrals_to_notice').on(t.notice_due_at).where(sql`${t.notice_due_at} is not null`),
  ],
);

/** A wrong last name on a client's link. */
export interface NameTry {
  readonly at: number;
  /** The place, so that nobody can read it: `from` an address, or `known`, a browser in which the name was confirmed. */
  readonly by: `${'from' | 'known'}:${string}`;
}

/** The last attempt that failed; the rest of it stands with its delivery. */
export interface EndpointFailure {
  /** Milliseconds since the epoch. */
  readonly failed_at: number;
  readonly status: number | null;
  readonly error: string | null;
}

/**
 * A URL of a practice that gets its events. `health_version` counts the changes of what the engine knows of its
 * health, as `version` does those of what its owner sees. While `replay_head_position` names a delivery, the held ones
 * behind it are replayed in order, and new events queue up behind them.
 */
export const webhook_endpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: text().primaryKey(),
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    version: integer().notNull().default(1),
    url: text().notNull(),
    description: text().notNull(),
    event_types: jsonList<string>().notNull(),
    enabled: integer({ mode: 'boolean' }).notNull(),
    sealed_secret: text().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    deleted_at: integer(),
    payload: text({ enum: ENDPOINT_PAYLOADS }).notNull().default('thin'),
    withheld_categories: jsonList<string>().notNull().default([]),
    header_names: jsonList<string>().notNull().default([]),
    sealed_headers: text(),
    format: text().notNull().default('standard'),
    /** The settings of the format that may be read; the others are sealed. */
    format_settings: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull().default({}),
    sealed_format_settings: text(),
    /** Which of them are set; null for endpoints from before it was noted. */
    format_secret_names: jsonList<string>(),
    /** Signs along until `previous_secret_until`. */
    sealed_previous_secret: text(),
    previous_secret_until: integer(),
    disabled_at: integer(),
    disabled_reason: text({ enum: DISABLED_REASONS }),
    health_version: integer().notNull().default(1),
    /** Failures since the last success. */
    failures_count: integer().notNull().default(0),
    failing_since: integer(),
    /** The last success (to 10 minutes), or when it was enabled or pointed elsewhere; null: when it was created. */
    healthy_at: integer(),
    breaker_trips: integer().notNull().default(0),
    /** Nothing is posted before; null while the breaker is closed. */
    breaker_until: integer(),
    replay_head_position: integer(),
    last_ping: text({ mode: 'json' }).$type<Record<string, unknown>>(),
    /** Since the last success. */
    last_failure: text({ mode: 'json' }).$type<EndpointFailure>(),
    /** Whether what is delivered carries a link to the referral's page. */
    page_links: integer({ mode: 'boolean' }).notNull().default(false),
    /** Whether what it is sent lets its receiver move referrals: `callback_url`, and its own address for callbacks. */
    callback_links: integer({ mode: 'boolean' }).notNull().default(true),
    /** How the receiver's CRM answers, without what is secret of it. */
    callback: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull().default({}),
    sealed_callback_secret: text(),
    /** The format's short-lived access to the receiver, and until when it is good. */
    sealed_format_session: text(),
    format_session_until: integer(),
    /** When its address answered a signed ping; null: nothing else is posted there yet. */
    confirmed_at: integer(),
  },
  (t) => [
    index('webhook_endpoints_by_practice').on(t.practice_id, t.id),
    // Zapier makes and deletes one with each switch of a Zap: to events those that are gone cost nothing.
    index('webhook_endpoints_live').on(t.practice_id, t.id).where(sql`${t.deleted_at} is null`),
    index('webhook_endpoints_failing')
      .on(t.failing_since)
      .where(sql`${t.failing_since} is not null and ${t.deleted_at} is null`),
  ],
);

/** Made of the two by which the row is found. */
const deliveryId = () =>
  text().generatedAlwaysAs(sql`('dlv_' || substr(endpoint_id, 5) || printf('%013x', position))`, {
    mode: 'virtual',
  });

/** One event for one endpoint. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    endpoint_id: text()
      .notNull()
      .references(() => webhook_endpoints.id),
    position: integer()
      .notNull()
      .references(() => events.position),
    id: deliveryId(),
    state: text({ enum: DELIVERY_STATES }).notNull(),
    attempts_count: integer().notNull().default(0),
    /** What one step of the endpoint's format left to the next one. */
    kept: text({ mode: 'json' }).$type<Record<string, string>>().notNull().default({}),
    next_attempt_at: integer(),
    lease_until: integer(),
    delivered_at: integer(),
    /** Of a first attempt that was good, and whose answer tells nothing more: it has no row of its own. */
    first_started_at: integer(),
    first_duration_ms: integer(),
    first_status: integer(),
    created_at: integer().notNull(),
    /** Where it was queued again (after it was held, retried or replayed): since when, and after how many attempts. */
    queued_at: integer(),
    attempts_before: integer().notNull().default(0),
    replay_id: text().references((): AnySQLiteColumn => webhook_replays.id),
  },
  (t) => [
    primaryKey({ columns: [t.endpoint_id, t.position] }),
    index('deliveries_due')
      .on(t.endpoint_id, t.next_attempt_at, t.position)
      .where(sql`${t.state} = 'pending'`),
    index('deliveries_held').on(t.endpoint_id, t.position).where(sql`${t.state} = 'held'`),
    index('deliveries_held_by_age').on(t.created_at).where(sql`${t.state} = 'held'`),
    index('deliveries_by_replay').on(t.replay_id, t.state).where(sql`${t.replay_id} is not null`),
    check('deliveries_state', sql`${t.state} in (${quoted(DELIVERY_STATES)})`),
    check('deliveries_due_while_pending', sql`(${t.state} = 'pending') = (${t.next_attempt_at} is not null)`),
  ],
);

/**
 * Under which id a referral is known in a system of one side's: said by that side, or learned by one of its webhook
 * endpoints. Nobody else is told.
 */
export const external_ids = sqliteTable(
  'external_ids',
  {
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    system: text().notNull(),
    /** Null where a record was made there, and the system did not say under which id. */
    external_id: text(),
    /** An endpoint wrote the client's name and address to it: it does so once. */
    client_told: integer({ mode: 'boolean' }).notNull().default(false),
    created_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.practice_id, t.referral_id, t.system] }),
    index('external_ids_by_id').on(t.practice_id, t.external_id, t.referral_id),
  ],
);

/** What one side notes of a referral for its own programs. Nobody else is told. */
export const referral_metadata = sqliteTable(
  'referral_metadata',
  {
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    referral_id: text()
      .notNull()
      .references(() => referrals.id),
    /** Under the referral's own data key. */
    sealed_metadata: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.practice_id, t.referral_id] })],
);

/** One try of a delivery. */
export const attempts = sqliteTable(
  'attempts',
  {
    endpoint_id: text().notNull(),
    position: integer().notNull(),
    number: integer().notNull(),
    delivery_id: deliveryId(),
    started_at: integer().notNull(),
    duration_ms: integer().notNull(),
    status: integer(),
    error: text(),
    response_excerpt: text(),
  },
  (t) => [
    primaryKey({ columns: [t.endpoint_id, t.position, t.number] }),
    foreignKey({
      columns: [t.endpoint_id, t.position],
      foreignColumns: [deliveries.endpoint_id, deliveries.position],
    }),
    index('attempts_by_age').on(t.started_at),
  ],
);

/** All that an endpoint missed since a time, queued again in bounded steps. */
export const webhook_replays = sqliteTable(
  'webhook_replays',
  {
    id: text().primaryKey(),
    practice_id: text()
      .notNull()
      .references(() => practices.id),
    endpoint_id: text()
      .notNull()
      .references(() => webhook_endpoints.id),
    since: integer().notNull(),
    /** The events up to here are examined already; those after `until_position` came later than the replay. */
    cursor_position: integer().notNull(),
    until_position: integer().notNull(),
    examined_count: integer().notNull().default(0),
    queued_count: integer().notNull().default(0),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    finished_at: integer(),
  },
  (t) => [uniqueIndex('webhook_replays_running').on(t.endpoint_id).where(sql`${t.finished_at} is null`)],
);
