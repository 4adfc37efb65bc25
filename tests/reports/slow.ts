/**
 * The report once more, written plainly from the definitions: no tally, no table of moves, nothing of src/reports. It
 * works on what happened to each referral, and decides for itself what each side was told.
 */

const DAY = 86_400_000;

export interface Happening {
  readonly at: number;
  readonly what:
    | 'accept'
    | 'decline'
    | 'request_info'
    | 'provide_info'
    | 'waitlist'
    | 'record_contact'
    | 'engage'
    | 'mark_not_engaged'
    | 'complete'
    | 'withdraw'
    | 'expire'
    | 'undo'
    | 'revoke'
    | 'erase';
  readonly reason?: string;
}

export interface History {
  readonly id: string;
  readonly sender: string;
  readonly receiver: string;
  readonly previous: { readonly id: string; readonly sender: string } | null;
  readonly reason: string;
  readonly sentAt: number;
  readonly respondWithin: number;
  readonly feedback: boolean;
  readonly consentUntil: number;
  readonly happened: readonly Happening[];
}

interface Seen {
  state: string;
  respondBy: number;
  askedAt: number | null;
  stood: number;
  answered: number | null;
  accepted: number | null;
  engaged: number | null;
  outcome: number | null;
  declineReason: string | null;
  lostReason: string | null;
  /** Before the last move of the receiver, and when that was. */
  back: { readonly seen: Seen; readonly at: number } | null;
}

const ENDED = ['declined', 'not_engaged', 'completed', 'withdrawn', 'expired', 'revoked'];
const ended = ({ state }: Seen) => ENDED.includes(state);
const waiting = ({ state }: Seen) => state === 'sent' || state === 'needs_info';

const begin = ({ sentAt, respondWithin }: History): Seen => ({
  state: 'sent',
  respondBy: sentAt + respondWithin,
  askedAt: null,
  stood: 0,
  answered: null,
  accepted: null,
  engaged: null,
  outcome: null,
  declineReason: null,
  lostReason: null,
  back: null,
});

/** What one happening makes of what somebody saw. */
function after(seen: Seen, happening: Happening): Seen {
  const { at, what } = happening;
  const reason = happening.reason ?? null;
  if (what === 'record_contact') return seen;
  if (what === 'undo') {
    if (!seen.back) throw new Error('nothing to undo');
    const was = seen.back.seen;
    const passed = at - seen.back.at;
    if (!waiting(was)) return { ...was, back: null };
    return {
      ...was,
      respondBy: was.respondBy + passed,
      stood: was.stood + passed,
      askedAt: was.askedAt === null ? null : was.askedAt + passed,
      back: null,
    };
  }
  if ((what === 'revoke' || what === 'erase') && ended(seen)) return { ...seen, back: null };
  const pause = seen.askedAt === null ? 0 : at - seen.askedAt;
  const next: Seen = {
    ...seen,
    askedAt: null,
    stood: seen.stood + pause,
    respondBy: seen.respondBy + pause,
    declineReason: null,
    lostReason: null,
    back: { seen, at },
  };
  switch (what) {
    case 'accept':
      if (seen.state === 'sent') next.answered ??= at;
      next.accepted ??= at;
      next.state = 'accepted';
      return next;
    case 'decline':
      next.answered ??= at;
      return { ...next, state: 'declined', declineReason: reason };
    case 'request_info':
      return { ...next, state: 'needs_info', askedAt: at };
    case 'waitlist':
      return { ...next, state: 'waitlisted' };
    case 'engage':
      next.engaged ??= at;
      next.outcome ??= at;
      return { ...next, state: 'engaged' };
    case 'mark_not_engaged':
      next.outcome ??= at;
      return { ...next, state: 'not_engaged', lostReason: reason };
    case 'complete':
      return { ...next, state: 'completed' };
    case 'provide_info':
      return { ...next, state: 'sent', back: null };
    case 'withdraw':
      return { ...next, state: 'withdrawn', back: null };
    case 'expire':
      return { ...next, state: 'expired', back: null };
    default:
      return { ...next, state: 'revoked', back: null };
  }
}

/** Whether the sender hears of it whatever the consent says. */
function isOpenToSender(what: Happening['what'], before: Seen, then: Seen): boolean {
  if (['waitlist', 'record_contact', 'engage', 'mark_not_engaged', 'complete'].includes(what)) return false;
  if (what === 'accept') return before.state !== 'waitlisted';
  return what !== 'undo' || waiting(then);
}

/** What both sides saw by `now`, and when the client took the consent back. */
export function lookAt(history: History, now: number) {
  let truth = begin(history);
  let told = truth;
  let takenBackAt: number | null = null;
  for (const happening of history.happened) {
    const { at, what } = happening;
    if (at > now) break;
    const next = after(truth, happening);
    if (what === 'revoke' || what === 'erase') {
      if (what === 'revoke' || !ended(truth) || !ended(told)) takenBackAt ??= at;
      told = after(told, happening);
    } else {
      const hears = history.feedback && takenBackAt === null && at < history.consentUntil;
      if (hears || (what === 'undo' && waiting(next))) told = next;
      else if (isOpenToSender(what, truth, next)) told = after(told, happening);
    }
    truth = next;
  }
  return { truth, told, takenBackAt };
}

const histogram = (names: (string | null)[]) => {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) if (name !== null) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const rate = (numerator: number, denominator: number) => ({
  numerator,
  denominator,
  rate: denominator === 0 ? null : numerator / denominator,
});

function times(values: number[]) {
  const sorted = values.map((value) => Math.round(value / 1000)).sort((a, b) => a - b);
  const rank = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null;
  return { count: sorted.length, median_seconds: rank(50), p90_seconds: rank(90) };
}

function direction(all: readonly History[], mine: readonly History[], isGiven: boolean, now: number) {
  const rows = mine.map((history) => {
    const { truth, told, takenBackAt } = lookAt(history, now);
    const seen = isGiven ? told : truth;
    const isUntold =
      seen.accepted !== null && seen.outcome === null && (!ended(seen) || seen.state === 'expired');
    const isShut = takenBackAt !== null || now >= history.consentUntil;
    const withheld = isGiven && (!history.feedback || (isUntold && isShut));
    const sentOn =
      isGiven &&
      all.some(
        ({ previous, sentAt }) =>
          previous?.id === history.id && previous.sender === history.sender && sentAt <= now,
      );
    const age = now - history.sentAt;
    const mature = ended(seen) || seen.state === 'engaged' || age >= 30 * DAY;
    return { history, seen, withheld, sentOn, age, mature };
  });
  type Row = (typeof rows)[number];
  const count = (test: (row: Row) => boolean) => rows.filter(test).length;
  const accepted = ({ seen }: Row) => seen.accepted !== null;
  const engaged = ({ seen }: Row) => seen.engaged !== null;
  const turnedAway = (row: Row) =>
    !accepted(row) && (row.seen.state === 'declined' || row.seen.state === 'expired' || row.sentOn);
  const due = ({ seen }: Row) =>
    seen.respondBy < now &&
    seen.state !== 'needs_info' &&
    !(seen.answered === null && (seen.state === 'withdrawn' || seen.state === 'revoked'));
  const inTime = (row: Row) =>
    due(row) && row.seen.answered !== null && row.seen.answered <= row.seen.respondBy;
  const known = ({ withheld }: Row) => !withheld;
  const open = (from: number, below: number) =>
    count((row) => known(row) && !ended(row.seen) && row.age >= from * DAY && row.age < below * DAY);
  const since = (end: number | null, { history, seen }: Row) =>
    end === null ? [] : [end - history.sentAt - seen.stood];
  const grown = (row: Row) => known(row) && row.mature;
  return {
    sent: rows.length,
    accepted: count(accepted),
    declined: count(({ seen }) => seen.state === 'declined'),
    expired: count((row) => row.seen.state === 'expired' && !accepted(row)),
    engaged: count((row) => known(row) && engaged(row)),
    not_engaged: count((row) => known(row) && row.seen.state === 'not_engaged'),
    outcome_withheld: count(({ withheld }) => withheld),
    // Nobody in these worlds came by a joint event.
    from_events: 0,
    acceptance: rate(count(accepted), count(accepted) + count(turnedAway)),
    response: rate(count(inTime), count(due)),
    engagement: {
      ...rate(
        count((row) => grown(row) && engaged(row)),
        count((row) => grown(row) && accepted(row)),
      ),
      immature: count((row) => known(row) && !row.mature && accepted(row)),
    },
    end_to_end: {
      ...rate(
        count((row) => grown(row) && engaged(row)),
        count(grown),
      ),
      immature: count((row) => known(row) && !row.mature),
    },
    loop_closure: rate(
      count((row) => known(row) && row.seen.outcome !== null),
      count(known),
    ),
    time_to_accept: times(rows.flatMap((row) => since(row.seen.accepted, row))),
    time_to_engage: times(rows.filter(known).flatMap((row) => since(row.seen.engaged, row))),
    reasons: histogram(mine.map(({ reason }) => reason)),
    decline_reasons: histogram(rows.map(({ seen }) => seen.declineReason)),
    not_engaged_reasons: histogram(rows.filter(known).map(({ seen }) => seen.lostReason)),
    open_by_age: {
      under_7_days: open(0, 7),
      '7_to_29_days': open(7, 30),
      '30_to_89_days': open(30, 90),
      '90_days_and_more': open(90, 1e6),
    },
  };
}

const mutual = (given: number, received: number) => ({
  given,
  received,
  balance: given - received,
  reciprocity: given + received === 0 ? null : (2 * Math.min(given, received)) / (given + received),
});

/** `YYYY-MM` where the practice is, as the platform's own calendar says it. */
const monthOf = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit' }).format(at).slice(0, 7);

/** Of the months `from` to `to`, both counted, with one partner or with all. */
export function slowRelation(
  histories: readonly History[],
  practice: string,
  timeZone: string,
  from: string,
  to: string,
  now: number,
  partner?: string,
) {
  const sent = histories.filter(({ sentAt }) => sentAt <= now);
  const cohort = sent.filter(({ sentAt, previous }) => {
    const month = monthOf(sentAt, timeZone);
    return previous === null && month >= from && month <= to;
  });
  const isWith = (other: string) => partner === undefined || partner === other;
  const given = direction(
    sent,
    cohort.filter(({ sender, receiver }) => sender === practice && isWith(receiver)),
    true,
    now,
  );
  const received = direction(
    sent,
    cohort.filter(({ sender, receiver }) => receiver === practice && isWith(sender)),
    false,
    now,
  );
  return {
    referrals: mutual(given.sent, received.sent),
    engagements: mutual(given.engaged, received.engaged),
    given,
    received,
  };
}
