/** A date as iCalendar (RFC 5545), for people to put into their calendars. */
import { basicTime, part, property } from './content-lines.ts';
import { toTime } from './fields.ts';
import type { Reply } from './operation.ts';

interface Attendee {
  readonly name: string;
  readonly email: string;
}

export interface CalendarEntry {
  /** The same for one thing for ever: a calendar knows by it what it has already. */
  readonly id: string;
  /** Goes up with each change. */
  readonly sequence: number;
  /** When it was last changed: milliseconds since the epoch, as the others. */
  readonly changed_at: number;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly title: string;
  readonly place: string | null;
  readonly is_cancelled?: boolean;
  /** Who asks whom: then it is an invitation that is answered by mail. */
  readonly invitation?: { readonly organizer: Attendee; readonly attendees: readonly Attendee[] } | null;
}

/** RFC 6868: how a quoted parameter holds what would end it. */
const quotedParameter = (value: string) =>
  `"${value.replaceAll('^', '^^').replaceAll('"', "^'").replaceAll('\n', '^n')}"`;

const person = (name: string, parameters: string, { name: called, email }: Attendee) =>
  property(`${name};CN=${quotedParameter(called)}${parameters}`, `mailto:${email}`);

export function toCalendar(entry: CalendarEntry): string {
  const { invitation, is_cancelled = false } = entry;
  const method = is_cancelled ? 'CANCEL' : 'REQUEST';
  return `${[
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Referral Exchange//Referral Exchange//EN',
    ...(invitation ? [`METHOD:${method}`] : []),
    'BEGIN:VEVENT',
    ...property('UID', entry.id),
    `DTSTAMP:${basicTime(toTime(entry.changed_at))}`,
    `SEQUENCE:${entry.sequence}`,
    `DTSTART:${basicTime(toTime(entry.starts_at))}`,
    `DTEND:${basicTime(toTime(entry.ends_at))}`,
    ...property('SUMMARY', part(entry.title)),
    ...property('LOCATION', entry.place && part(entry.place)),
    `STATUS:${is_cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    ...(invitation ? person('ORGANIZER', '', invitation.organizer) : []),
    ...(invitation?.attendees ?? []).flatMap((one) =>
      person('ATTENDEE', ';PARTSTAT=NEEDS-ACTION;RSVP=TRUE', one),
    ),
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\r\n')}\r\n`;
}

export const calendarReply = (entry: CalendarEntry): Reply => ({
  status: 200,
  body: toCalendar(entry),
  mediaType: 'text/calendar; charset=utf-8',
  headers: { 'Content-Disposition': `attachment; filename="${entry.id}.ics"` },
});
