/** The meeting of two partners as an entry for their calendars. */
import type { CalendarEntry } from '../http/calendar.ts';
import type { PartnerRow, PartnershipRow } from './partnerships.repository.ts';

/** Null where nothing is set. It is answered by mail where both can be reached, and both have agreed to be. */
export function meetingEntry(row: PartnershipRow, partners: readonly PartnerRow[]): CalendarEntry | null {
  const { meeting_starts_at: starts_at, meeting_ends_at: ends_at } = row;
  if (starts_at === null || ends_at === null) return null;
  const inOrder = [row.inviter_practice_id, row.invitee_practice_id].flatMap((id) =>
    partners.filter((one) => one.id === id),
  );
  const isAgreed = row.state === 'active' || row.state === 'paused';
  const reached = isAgreed
    ? inOrder.flatMap(({ id, name, contact_email: email }) => (email === null ? [] : [{ id, name, email }]))
    : [];
  const organizer = reached.find(({ id }) => id === row.meeting_by_practice_id);
  return {
    id: row.id,
    sequence: row.version,
    changed_at: row.updated_at,
    starts_at,
    ends_at,
    title: inOrder.map(({ name }) => name).join(' – '),
    place: row.meeting_place,
    invitation: organizer && reached.length === 2 ? { organizer, attendees: reached } : null,
  };
}
