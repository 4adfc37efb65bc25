/**
 * How often a practice may invite: nobody is told again and again by one whom it never agreed to hear. The numbers
 * stand in the guards of the database too (`partnerships_invitation_*`), where they hold for many requests at once.
 */
import { toTime } from '../http/fields.ts';
import { DAY_MS } from '../platform/durations.ts';
import { Problem } from '../platform/problem.ts';

export const INVITATIONS_PER_DAY_MAX = 20;
export const INVITATIONS_UNANSWERED_MAX = 100;
/** After a partnership that was active there is none: each further round needs the other's acceptance. */
const COOL_DOWN_MS = 30 * DAY_MS;

interface InvitationHistory {
  readonly oldestOfDay: { readonly created_at: number } | undefined;
  readonly lastUnanswered: object | undefined;
  readonly refused: { readonly updated_at: number } | undefined;
}

const quotaReached = (why: string, availableAt: number, now: number) =>
  new Problem(
    'quota_reached',
    `${why} It is possible again from ${toTime(availableAt)}.`,
    { available_at: toTime(availableAt) },
    { 'Retry-After': String(Math.ceil((availableAt - now) / 1000)) },
  );

/** Thanks that cost nothing are given once a day at most: the guard `partnership_thanks_limit` holds it for many at once. */
export function requireThankable(lastThanksAt: number | null, now: number): void {
  if (lastThanksAt !== null && lastThanksAt + DAY_MS > now)
    throw quotaReached('You thank a partner once in 24 hours.', lastThanksAt + DAY_MS, now);
}

/** @throws Problem 429 where waiting helps, 409 where answers or taking back do */
export function requireInvitable(
  { oldestOfDay, lastUnanswered, refused }: InvitationHistory,
  now: number,
): void {
  if (refused && refused.updated_at + COOL_DOWN_MS > now) {
    const why = 'Your last invitation of this practice was declined or taken back less than 30 days ago.';
    throw quotaReached(why, refused.updated_at + COOL_DOWN_MS, now);
  }
  if (oldestOfDay && oldestOfDay.created_at + DAY_MS > now) {
    const why = `A practice makes at most ${INVITATIONS_PER_DAY_MAX} invitations in 24 hours.`;
    throw quotaReached(why, oldestOfDay.created_at + DAY_MS, now);
  }
  if (lastUnanswered) {
    throw new Problem(
      'limit_reached',
      `At most ${INVITATIONS_UNANSWERED_MAX} of your invitations wait for an answer: take one back first.`,
    );
  }
}
