/**
 * What must be true after a torture, whatever was killed. It shares no rule with `src/`: which paths are legal and what
 * an act leads to is written down here once more, from the reference.
 */
import type { Act, Observed, SeenHistory, SeenPractice } from './observed.ts';
import { checkPaths } from './paths.ts';
import { checkChoices, checkPrepared } from './several.ts';
import { groupedBy, isDone, mayBeDone, type Violation } from './violation.ts';

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

/** Of the acts on one referral of a choice. */
const GOES_OVER_ALL = ['withdraw', 'erase'];

/** One for each act, however often it was repeated with its key. */
const once = (acts: readonly Act[]) => [
  ...new Map(acts.map((act) => [act.idempotencyKey ?? `act ${act.number}`, act])).values(),
];

function* checkActs({ acts, practices, choices }: Observed): Generator<Violation> {
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
  const chosenAmong = new Set(choices.flatMap(({ referralIds }) => referralIds));
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
    // What ends one referral of a choice may end the others, too.
    const isOfMany =
      chosenAmong.has(group[0]?.referralId ?? '') && GOES_OVER_ALL.includes(group[0]?.name ?? '');
    const most = isOfMany ? Number.POSITIVE_INFINITY : once(group.filter(mayBeDone)).length;
    if (found < least) yield { kind: 'lost', what: `${what}: ${least} acknowledged, ${found} there` };
    if (found > most) yield { kind: 'doubled', what: `${what}: ${found} there, at most ${most} asked for` };
  }
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
function* checkDisclosures({ clients, receipts, histories }: Observed): Generator<Violation> {
  const nameOf = new Map(clients.map(({ referralId, clientName }) => [referralId, clientName]));
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
  const choiceOf = new Map(
    observed.choices.flatMap(({ id, referralIds }) => referralIds.map((one) => [one, id] as const)),
  );
  for (const { id, events, referrals, report } of observed.practices) {
    const sent = new Set(
      events.filter(({ type }) => type === 'referral.sent').map(({ referralId }) => referralId),
    );
    const idsOf = (direction: 'sent' | 'received') =>
      referrals.filter((one) => one.direction === direction && sent.has(one.id)).map((one) => one.id);
    // Whoever was asked received; for the sender a choice is one way, however many were asked on it.
    const given = new Set(idsOf('sent').map((one) => choiceOf.get(one) ?? one)).size;
    const received = idsOf('received').length;
    if (report.givenCount !== given || report.receivedCount !== received)
      yield {
        kind: 'wrong_report',
        what: `${id}: ${report.givenCount} and ${report.receivedCount}, counted ${given} and ${received}`,
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
    ...checkChoices(observed),
    ...checkPrepared(observed),
    ...checkWhole(observed),
  ];
}
