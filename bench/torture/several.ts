/** What must be true of a referral to several practices, and of one that is prepared for a colleague. */
import type { Observed } from './observed.ts';
import { PATHS } from './paths.ts';
import { groupedBy, isDone, mayBeDone, type Violation } from './violation.ts';

/** How a referral ends with whoever lets the client go to the next. */
const LETS_GO = ['declined', 'withdrawn', 'expired', 'revoked'];

/** One after the other is asked, and whoever let the client go has nothing to say any more. */
export function* checkChoices({ choices, practices }: Observed): Generator<Violation> {
  const received = new Map(
    practices.flatMap(({ events, referrals }) => {
      const own = groupedBy(events, ({ referralId }) => referralId);
      return referrals
        .filter(({ direction }) => direction === 'received')
        .map(({ id, state }) => [id, { state, events: own.get(id) ?? [] }] as const);
    }),
  );
  for (const { id, referralIds } of choices) {
    const asked = referralIds
      .flatMap((referralId) => {
        const one = received.get(referralId);
        const sentAt = one?.events.find(({ type }) => type === 'referral.sent')?.at;
        return one === undefined || sentAt === undefined ? [] : [{ ...one, referralId, sentAt }];
      })
      .sort((a, b) => a.sentAt - b.sentAt);
    for (const [index, { referralId, state, events }] of asked.entries()) {
      const next = asked[index + 1];
      if (next === undefined) continue;
      if (!LETS_GO.includes(state))
        yield {
          kind: 'two_asked',
          what: `${id}: ${referralId} is "${state}", and ${next.referralId} was asked`,
        };
      const late = events.find(
        ({ type, at }) => at > next.sentAt && (PATHS[type] !== undefined || type === 'referral.move_undone'),
      );
      if (late)
        yield { kind: 'two_asked', what: `${id}: ${late.type} of ${referralId} after the next was asked` };
    }
  }
}

/** It is sent once or not at all, and is nowhere else meanwhile. */
export function* checkPrepared({ acts, prepared }: Observed): Generator<Violation> {
  const byId = new Map(prepared.map((one) => [one.id, one]));
  const tries = groupedBy(acts, ({ name, referralId, resourceId }) =>
    name === 'prepare' ? resourceId : ['send prepared', 'discard'].includes(name) ? referralId : null,
  );
  for (const [id, own] of tries) {
    const seen = byId.get(id);
    const named = (name: string) => own.filter((act) => act.name === name);
    const sent = new Set(
      named('send prepared')
        .filter(isDone)
        .map(({ resourceId }) => resourceId),
    );
    if (sent.size > 1) yield { kind: 'doubled', what: `${id} was sent as ${[...sent].join(' and ')}` };
    const [first] = sent;
    if (first !== undefined && (seen?.state !== 'sent' || seen.referralId !== first))
      yield { kind: 'lost', what: `${id} was sent as ${first} and is "${seen?.state}"` };
    if (named('discard').some(isDone) && seen?.state !== 'discarded' && seen?.state !== null)
      yield { kind: 'lost', what: `${id} was discarded and is "${seen?.state}"` };
    const wasEnded = own.some((act) => act.name !== 'prepare' && mayBeDone(act));
    if (!wasEnded && !['waiting', 'ready'].includes(seen?.state ?? ''))
      yield { kind: 'lost', what: `${id} was acknowledged and is "${seen?.state}"` };
  }
}
