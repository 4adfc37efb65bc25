/** What partners do with a partnership beside its state: meet, attest, thank, keep notes, read each other's newsletter. */
import * as v from 'valibot';
import { calendarReply, toCalendar } from '../http/calendar.ts';
import { csvReply } from '../http/csv.ts';
import { oneOf } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { many, one } from '../platform/db/plan.ts';
import { notFound } from '../platform/problem.ts';
import { ATTESTATION_TEXTS, ATTESTATION_VERSION } from './attestation.ts';
import { attestedColumns, recordChange, requireStanding, sharedColumns } from './change.ts';
import { partiesOf } from './invite.ts';
import { meetingEntry } from './meeting.ts';
import { changePartnership, partnershipPlan } from './partnerships.commands.ts';
import {
  LAST_ID,
  selectNewsletterReaders,
  updateOwnNotes,
  updatePartnership,
} from './partnerships.repository.ts';
import {
  AttestationRequestSchema,
  AttestationTextSchema,
  MeetingSchema,
  meetingExample,
  NewsletterReaderSchema,
  newsletterReaderExample,
  PartnershipChangeSchema,
  PartnershipSchema,
  partnershipExample,
} from './partnerships.schemas.ts';
import {
  notesPlace,
  otherSide,
  presentMeeting,
  presentNewsletterReader,
  sideOf,
} from './partnerships.view.ts';
import { requireThankable } from './quotas.ts';
import { insertThanks } from './thanks.repository.ts';

const tag = 'Partnerships';
const writing = { tag, scope: 'partnerships:write' } as const;
const reading = { tag, scope: 'partnerships:read', whenSuspended: 'reads' } as const;
const response = {
  status: 200 as const,
  description: 'The partnership.',
  schema: PartnershipSchema,
  example: partnershipExample,
};
/** Of a mailing list in one file. */
const READERS_MAX = 5000;
const READER_COLUMNS = ['name', 'email', 'since', 'practice_id'] as const;

export const standingOperations = [
  operation({
    ...writing,
    id: 'updatePartnership',
    method: 'PATCH',
    path: '/v1/partnerships/{partnership_id}',
    summary: 'Change what you agreed in, or your notes',
    description:
      'By either. The day of the review, the meeting and the wish for a newsletter are told to the other one (`partnership.updated`). Notes are yours alone: they are encrypted, and nobody can tell that you wrote any. A meeting can be set as soon as one is invited; of a partnership that has ended only the notes may change.',
    whenSuspended: 'corrects',
    conditional: true,
    body: PartnershipChangeSchema,
    requestExample: {
      meeting: { starts_at: '2026-10-09T15:00:00Z', duration_minutes: 60, place: meetingExample.place },
      notes: partnershipExample.notes,
    },
    response,
    errors: ['invalid_state'],
    handle: (request) => {
      const { body, exchange } = request;
      const { query } = exchange.database;
      return changePartnership(request, async (known) => {
        const { row, side, now } = known;
        const shared = sharedColumns(body, known);
        const own =
          body.notes === undefined
            ? {}
            : {
                [`sealed_${side}_notes`]:
                  body.notes && (await exchange.vault.sealSecret(body.notes, notesPlace(side, row.id))),
              };
        if (Object.keys(shared).length === 0)
          return Object.keys(own).length === 0 ? {} : { changed: one(updateOwnNotes(query, row.id, own)) };
        return {
          changed: one(updatePartnership(query, row.id, row.version, { ...shared, ...own, updated_at: now })),
          rest: recordChange(query, known, body),
        };
      });
    },
  }),
  operation({
    ...writing,
    id: 'attestPartnership',
    method: 'POST',
    path: '/v1/partnerships/{partnership_id}/attest',
    summary: 'Attest that nothing is given for referrals',
    description:
      'By each of the two, once the partnership is active, and anew when the day of its review has come: that it is not exclusive, and that nothing of value is given for a referral. The text is read with `GET /v1/partnerships/attestation`; who, when and its version are kept. It sets the day of the next review.',
    whenSuspended: 'joins',
    conditional: true,
    body: AttestationRequestSchema,
    requestExample: { attested_by: 'Casey Prairie', text_version: ATTESTATION_VERSION },
    response,
    errors: ['invalid_state'],
    handle: (request) => {
      const { query } = request.exchange.database;
      return changePartnership(request, (known) => {
        const { row, side, now } = known;
        const columns = attestedColumns(request.body, request.actor.key_id, known);
        return {
          changed: one(updatePartnership(query, row.id, row.version, { ...columns, updated_at: now })),
          rest: recordEvent(
            query,
            {
              type: 'partnership.attested',
              actor: side,
              referral: null,
              parties: partiesOf(row),
              data: { partnership_id: row.id, state: row.state },
            },
            now,
          ),
        };
      });
    },
  }),
  operation({
    ...writing,
    id: 'thankPartner',
    method: 'POST',
    path: '/v1/partnerships/{partnership_id}/thanks',
    summary: 'Thank a partner',
    description:
      'For what it refers: an event (`partnership.thanked`) and a line in its report. No money, no gift, no words, and nothing of any client. Once in 24 hours.',
    whenSuspended: 'joins',
    response,
    errors: ['invalid_state', 'quota_reached'],
    handle: (request) => {
      const { query } = request.exchange.database;
      const { practice_id } = request.actor;
      return changePartnership(
        request,
        (known) => {
          const { row, side, now, lastThanksAt } = known;
          requireStanding(known);
          requireThankable(lastThanksAt, now);
          const thanked = row[`${otherSide(side)}_practice_id`];
          return {
            rest: [
              insertThanks(query, {
                practice_id: thanked,
                by_practice_id: practice_id,
                thanked_at: now,
                partnership_id: row.id,
              }),
              ...recordEvent(
                query,
                {
                  type: 'partnership.thanked',
                  actor: side,
                  referral: null,
                  parties: partiesOf(row),
                  data: { partnership_id: row.id, state: row.state, practice_id: thanked },
                },
                now,
              ),
            ],
          };
        },
        { asksThanks: true },
      );
    },
  }),
  operation({
    ...reading,
    id: 'getAttestationText',
    method: 'GET',
    path: '/v1/partnerships/attestation',
    summary: 'Read what partners attest to',
    response: {
      status: 200,
      description: 'The text that there is now.',
      schema: AttestationTextSchema,
      example: { text_version: ATTESTATION_VERSION, text: ATTESTATION_TEXTS },
    },
    handle: async () => ({
      status: 200,
      body: { text_version: ATTESTATION_VERSION, text: ATTESTATION_TEXTS },
    }),
  }),
  operation({
    ...reading,
    id: 'getMeeting',
    method: 'GET',
    path: '/v1/partnerships/{partnership_id}/meeting',
    summary: 'Read when partners meet',
    description:
      'With `format=calendar` or `Accept: text/calendar` it is a file for a calendar (iCalendar, RFC 5545): an invitation that is answered by mail where the partnership is active and both have a `contact_email`.',
    query: v.strictObject({
      /** `calendar`: a file for a calendar, as with `Accept: text/calendar`. */
      format: v.optional(
        oneOf([
          /** The meeting. */
          'json',
          /** A file for a calendar. */
          'calendar',
        ]),
      ),
    }),
    response: {
      status: 200,
      description: 'The meeting.',
      schema: MeetingSchema,
      example: meetingExample,
      calendarExample: () =>
        toCalendar({
          id: partnershipExample.id,
          sequence: partnershipExample.version,
          changed_at: Date.parse(partnershipExample.updated_at),
          starts_at: Date.parse(meetingExample.starts_at),
          ends_at: Date.parse(meetingExample.ends_at),
          title: `${partnershipExample.inviter.name} – ${partnershipExample.invitee.name}`,
          place: meetingExample.place,
        }),
    },
    handle: async (request) => {
      const { query, accepts, actor, exchange } = request;
      const { row, partners } = await exchange.database.read(
        partnershipPlan(request, request.params.partnership_id),
      );
      if (!row || !sideOf(row, actor.practice_id)) throw notFound();
      const entry = meetingEntry(row, partners);
      if (!entry) throw notFound();
      const isCalendar =
        query.format === 'calendar' || (query.format === undefined && accepts === 'text/calendar');
      return isCalendar ? calendarReply(entry) : { status: 200, body: presentMeeting(row) };
    },
  }),
  operation({
    ...reading,
    id: 'listNewsletterReaders',
    method: 'GET',
    path: '/v1/partnerships/mailing-list',
    summary: 'List the partners who want your newsletter',
    description: `Of those partnerships that are active or paused, newest first. With \`format=csv\` or \`Accept: text/csv\` it is one table of all of them, up to ${READERS_MAX}.`,
    query: v.strictObject({
      ...pageQuery,
      /** `csv`: one table, as with `Accept: text/csv`. */
      format: v.optional(
        oneOf([
          /** A page. */
          'json',
          /** A table. */
          'csv',
        ]),
      ),
    }),
    response: {
      status: 200,
      description: 'A page of partners.',
      schema: page(NewsletterReaderSchema),
      example: { data: [newsletterReaderExample], next_cursor: null },
      csvExample: () =>
        csvReply('mailing-list.csv', READER_COLUMNS, [
          READER_COLUMNS.map((column) => newsletterReaderExample[column]),
        ]).body as string,
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor, query, accepts } = request;
      const { database } = exchange;
      const isTable = query.format === 'csv' || (query.format === undefined && accepts === 'text/csv');
      const pager = await pagerOf(request, ['string']);
      const before = isTable ? LAST_ID : (pager.after?.[0] ?? LAST_ID);
      const { rows } = await database.read({
        rows: many(
          selectNewsletterReaders(
            database.query,
            actor.practice_id,
            before,
            isTable ? READERS_MAX : pager.rowsMax,
          ),
        ),
      });
      if (!isTable)
        return { status: 200, body: await pager.show(rows, presentNewsletterReader, ({ id }) => [id]) };
      const cells = rows
        .map(presentNewsletterReader)
        .map((one) => READER_COLUMNS.map((column) => one[column]));
      return csvReply('mailing-list.csv', READER_COLUMNS, cells);
    },
  }),
];
