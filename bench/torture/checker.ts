/**
 * What must be true after a torture, whatever was killed. It shares no rule with `src/`: which paths are legal and what
 * an act leads to is written down here once more, from the reference.
 */
import type { Act, Observed, SeenEvent, SeenHistory, SeenPractice } from './observed.ts';

export const KINDS = [
  'fault',
  'lost',
  'doubled',
  'repeated_otherwise',
  'out_of_order',
  'illegal_path',
  'no_change',
  'no_event',
  'undelivered',
  'unscheduled',
  'unsigned',
  'undisclosed',
  'outside_consent',
  'broken_chain',
  'wrong_report',
  'in_clear',
] as const;
export interface Violation {
  readonly kind: (typeof KINDS)[number];
  readonly what: string;
}

/** By the act's name: the event that tells of it. */
const TOLD_BY: Readonly<Record<string, string>> = {
  accept: 'referral.accepted',
  decline: 'referral.declined',
  'request-info': 'referral.info_requested',
  'provide-info': 'referral.info_provided',
  waitlist: 'referral.waitlisted',
  contacts: 'referral.contact_recorded',
  engage: 'referral.engaged',
  'not-engaged': 'referral.not_engaged',
  complete: 'referral.completed',
  withdraw: 'referral.withdrawn',
  undo: 'referral.move_undone',
  erase: 'referral.erased',
  grant: 'consent.granted',
  deny: 'consent.denied',
  revoke: 'consent.revoked',
};

/** By the event: from which states it leads where; `=` stays. What is not here moves nothing. */
const PATHS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
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

const isDone = ({ status }: Act) => status !== null && status >= 200 && status < 300;
const mayBeDone = (act: Act) => isDone(act) || act.status === null || act.status >= 500;

const groupedBy = <T>(all: readonly T[], keyOf: (one: T) => string | null) => {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
};

/** One for each act, however often it was repeated with its key. */
const once = (acts: readonly Act[]) => [
  ...new Map(acts.map((act) => [act.idempotencyKey ?? `act ${act.number}`, act])).values(),
];

function* checkActs({ acts, practices }: Observed): Generator<Violation> {
  const eventsOf = groupedBy(
    [...new Map(practices.flatMap(({ events }) => events).map((event) => [event.id, event])).values()],
    ({ type, referralId }) => (referralId === null ? null : `${referralId} ${type}`),
  );
  const referrals = new Set(practices.flatMap((one) => one.referrals.map(({ id }) => id)));
  for (const act of acts)
    if (act.status !== null && act.status >= 500 && act.status !== 503)
      yield { kind: 'fault', what: `${act.name} was answered ${act.status}` };
  for (const act of acts.filter(({ name }) => name === 'send'))
    if (isDone(act) && !referrals.has(act.resourceId ?? ''))
      yield { kind: 'lost', what: `${act.resourceId} was acknowledged and is not there` };

  for (const [key, repeated] of groupedBy(acts, ({ idempotencyKey }) => idempotencyKey)) {
    const answers = new Set(
      repeated.filter(isDone).map(({ status, resourceId }) => `${status} ${resourceId}`),
    );
    if (answers.size > 1)
      yield { kind: 'repeated_otherwise', what: `${key}: ${[...answers].join(', then ')}` };
  }
  const moves = acts.filter(({ name }) => TOLD_BY[name] !== undefined);
  for (const [what, group] of groupedBy(moves, ({ referralId, name }) =>
    referralId === null ? null : `${referralId} ${TOLD_BY[name]}`,
  )) {
    const found = eventsOf.get(what)?.length ?? 0;
    const keysDone = new Set(
      group.filter(isDone).map(({ idempotencyKey, number }) => idempotencyKey ?? number),
    );
    // Who erases again is told that it is done.
    const least = group[0]?.name === 'erase' ? Math.min(1, keysDone.size) : keysDone.size;
    const most = once(group.filter(mayBeDone)).length;
    if (found < least) yield { kind: 'lost', what: `${what}: ${least} acknowledged, ${found} there` };
    if (found > most) yield { kind: 'doubled', what: `${what}: ${found} there, at most ${most} asked for` };
  }
}

function* checkPaths({ events, referrals }: SeenPractice): Generator<Violation> {
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

function* checkDeliveries(
  { events, endpoints }: SeenPractice,
  { practices, receipts, endedAt }: Observed,
): Generator<Violation> {
  // A feed leaves out what its reader may not know any more; somebody else's has it.
  const ids = new Set(practices.flatMap((one) => one.events.map(({ id }) => id)));
  for (const endpoint of endpoints) {
    const got = receipts.filter(({ endpointId }) => endpointId === endpoint.id);
    const arrived = new Set(
      got
        .filter(({ status }) => status !== null && status >= 200 && status < 300)
        .map(({ eventId }) => eventId),
    );
    const byEvent = groupedBy(endpoint.deliveries, ({ eventId }) => eventId);
    for (const { id, type, at, endpointId } of events)
      if (
        at >= endpoint.since &&
        endpointId !== endpoint.id &&
        endpoint.eventTypes.includes(type) &&
        !byEvent.has(id)
      )
        yield { kind: 'undelivered', what: `${type} ${id} has no delivery to ${endpoint.id}` };
    for (const { id, eventId, state, nextAttemptAt } of endpoint.deliveries) {
      if (state === 'delivered' && !arrived.has(eventId))
        yield { kind: 'undelivered', what: `${id} is called delivered, and nothing was taken` };
      if (state === 'held' && endpoint.enabled)
        yield { kind: 'unscheduled', what: `${id} is held at an enabled endpoint` };
      if (state === 'pending' && (nextAttemptAt ?? 0) < endedAt - 60_000)
        yield { kind: 'unscheduled', what: `${id} is pending and was due at ${nextAttemptAt}` };
    }
    for (const { eventId, type, isSignatureGood } of got) {
      if (!isSignatureGood) yield { kind: 'unsigned', what: `${eventId} came to ${endpoint.id}` };
      if (!ids.has(eventId) && type !== 'endpoint.ping')
        yield { kind: 'no_event', what: `${eventId} (${type}) was told, and never happened` };
    }
  }
}

/** A receiver's answer to a POST under way when the consent ended is no disclosure of its own. */
function* checkDisclosures({ acts, receipts, histories }: Observed): Generator<Violation> {
  const nameOf = new Map(
    acts.flatMap(({ resourceId, clientName }) =>
      resourceId !== null && clientName !== null ? [[resourceId, clientName] as const] : [],
    ),
  );
  const historyOf = new Map<string, SeenHistory>(histories.map((history) => [history.referralId, history]));
  for (const { referralId, consent, disclosures } of histories) {
    for (const { at, categories } of disclosures) {
      if (!consent || at < consent.from || at >= consent.until)
        yield { kind: 'outside_consent', what: `${referralId}: disclosed at ${at}` };
      // What the sender answers to a question is its own word, and goes with the acceptance.
      const beyond = categories.filter((one) => one !== 'messages' && !consent?.categories.includes(one));
      if (beyond.length > 0) yield { kind: 'outside_consent', what: `${referralId}: ${beyond.join(', ')}` };
    }
  }
  for (const { referralId, practiceId, endpointId, at, body } of receipts) {
    const name = referralId === null ? undefined : nameOf.get(referralId);
    if (name === undefined || !body.includes(name)) continue;
    const logged = historyOf
      .get(referralId as string)
      ?.disclosures.some(
        (one) => one.practiceId === practiceId && one.at <= at && one.categories.includes('identity'),
      );
    if (!logged) yield { kind: 'undisclosed', what: `the name of ${referralId} came to ${endpointId}` };
  }
}

function* checkWhole(observed: Observed): Generator<Violation> {
  for (const { referralId, isChainIntact } of observed.histories)
    if (!isChainIntact) yield { kind: 'broken_chain', what: referralId };
  if (observed.verifyLedgerExitCode !== 0)
    yield { kind: 'broken_chain', what: `verify-ledger ended with ${observed.verifyLedgerExitCode}` };
  for (const name of observed.namesInClear)
    yield { kind: 'in_clear', what: `${name} stands in the database` };
  for (const { id, events, referrals, report } of observed.practices) {
    const sent = new Set(
      events.filter(({ type }) => type === 'referral.sent').map(({ referralId }) => referralId),
    );
    const count = (direction: 'sent' | 'received') =>
      referrals.filter((one) => one.direction === direction && sent.has(one.id)).length;
    if (report.givenCount !== count('sent') || report.receivedCount !== count('received'))
      yield {
        kind: 'wrong_report',
        what: `${id}: ${report.givenCount} and ${report.receivedCount}, counted ${count('sent')} and ${count('received')}`,
      };
  }
}

/** Nothing where all held. */
export function check(observed: Observed): Violation[] {
  return [
    ...checkActs(observed),
    ...observed.practices.flatMap((practice) => [
      ...checkPaths(practice),
      ...checkDeliveries(practice, observed),
    ]),
    ...checkDisclosures(observed),
    ...checkWhole(observed),
  ];
}
