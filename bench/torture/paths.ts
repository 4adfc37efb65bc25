/** Which ways a referral may go, written down once more from the reference. */
import type { SeenEvent, SeenPractice } from './observed.ts';
import { groupedBy, type Violation } from './violation.ts';

/** By the event: from which states it leads where; `=` stays. What is not here moves nothing. */
export const PATHS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'referral.info_requested': { sent: 'needs_info' },
  'referral.info_provided': { needs_info: 'sent' },
  'referral.accepted': { sent: 'accepted', waitlisted: 'accepted' },
  'referral.declined': { sent: 'declined', needs_info: 'declined' },
  'referral.waitlisted': { accepted: 'waitlisted' },
  'referral.contact_recorded': { accepted: '=', waitlisted: '=' },
  'referral.engaged': { accepted: 'engaged', waitlisted: 'engaged', not_engaged: 'engaged' },
  'referral.not_engaged': { accepted: 'not_engaged', waitlisted: 'not_engaged' },
  'referral.completed': { engaged: 'completed' },
  'referral.withdrawn': {
    sent: 'withdrawn',
    needs_info: 'withdrawn',
    accepted: 'withdrawn',
    waitlisted: 'withdrawn',
  },
  'referral.expired': { sent: 'expired', needs_info: 'expired' },
};
const ENDED = ['declined', 'not_engaged', 'completed', 'withdrawn', 'expired', 'revoked'];
/** What the receiver may take back. */
const UNDONE = [
  'referral.accepted',
  'referral.declined',
  'referral.info_requested',
  'referral.waitlisted',
  'referral.engaged',
  'referral.not_engaged',
  'referral.completed',
];

/** The state that the receiver's events lead to, or the event that no path allows. */
function follow(events: readonly SeenEvent[]): { readonly state: string } | { readonly illegal: string } {
  let state = '';
  let before: string | null = null;
  for (const { type, actor } of events) {
    if (type === 'referral.sent') {
      if (state !== '') return { illegal: `${type} in "${state}"` };
      state = 'sent';
    } else if (type === 'consent.revoked' || type === 'referral.erased') {
      // What nobody ended is ended by the time, or by whoever takes the client's data away.
      if (!ENDED.includes(state)) state = actor === 'system' ? 'expired' : 'revoked';
      before = null;
    } else if (type === 'referral.move_undone') {
      if (before === null) return { illegal: `${type} in "${state}"` };
      state = before;
      before = null;
    } else {
      const ways = PATHS[type];
      if (!ways) continue;
      const to = ways[state];
      if (to === undefined) return { illegal: `${type} in "${state}"` };
      // A contact is no move: what can be taken back is the one before it.
      if (to === '=') continue;
      before = UNDONE.includes(type) ? state : null;
      state = to;
    }
  }
  return { state };
}

export function* checkPaths({ events, referrals }: SeenPractice): Generator<Violation> {
  const byReferral = groupedBy(events, ({ referralId }) => referralId);
  for (const { id, direction, state } of referrals) {
    const own = byReferral.get(id) ?? [];
    const sequences = own.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]));
    if (sequences.some((sequence, index) => index > 0 && sequence <= (sequences[index - 1] as number)))
      yield { kind: 'out_of_order', what: `${id}: ${sequences.join(' ')}` };
    // Only the receiver hears everything.
    if (direction === 'sent') continue;
    const end = follow(own);
    if ('illegal' in end) yield { kind: 'illegal_path', what: `${id}: ${end.illegal}` };
    else if (end.state !== state)
      yield {
        kind: end.state === '' ? 'no_event' : 'no_change',
        what: `${id} is "${state}", its events lead to "${end.state}"`,
      };
  }
  const known = new Set(referrals.map(({ id }) => id));
  for (const id of byReferral.keys())
    if (!known.has(id)) yield { kind: 'no_change', what: `events of ${id}, which is not there` };
}
