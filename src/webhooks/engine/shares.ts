/**
 * What is due is woken in small shares. A receiver that comes back has hundreds of deliveries waiting: woken at once they
 * would stand before everybody else's in the queue. So the endpoints take turns, each with a share of a few, and the
 * last one of a share wakes the next share of its endpoint when it is done: a backlog drains as fast as its receiver
 * answers, with about a share of it under way. Of one that answers at once a few are enough for that. No I/O.
 */
import { MINUTE_MS } from '../../platform/durations.ts';
import type { DeliveryMessage } from '../../platform/queue.ts';
import type { ShareRow } from './waking.repository.ts';

/** Of one endpoint. */
export const SHARE_MIN = 2;
export const SHARE_MAX = 10;
/** Whoever takes longer has more of them side by side, so that each gets as many in a second, and the others wait for few. */
const MS_PER_DELIVERY = 10;

/** @param durationMs how long the receiver took for the last one of a share */
export const nextShareMax = (durationMs: number) =>
  Math.min(SHARE_MAX, Math.max(SHARE_MIN, Math.ceil(durationMs / MS_PER_DELIVERY)));

/** So long a share leads to the next one. Then the minute begins anew, so that no two go on side by side for ever. */
const SHARES_MS_MAX = MINUTE_MS;

export const goesOnUntilFrom = (now: number) => now + SHARES_MS_MAX;

const idsIn = ({ ids, is_half_open }: ShareRow): string[] =>
  (JSON.parse(ids) as string[]).slice(0, is_half_open ? 1 : SHARE_MAX);

/**
 * The first of each endpoint, then the second of each, and so on.
 * @param wokenMax all of them together
 * @param goesOnUntil when a share no longer leads to a next one
 */
export function messagesOf(
  rows: readonly ShareRow[],
  goesOnUntil: number,
  wokenMax = SHARE_MAX,
): DeliveryMessage[] {
  const shares = rows.map(idsIn);
  const turns = Array.from({ length: SHARE_MAX }, (_, turn) =>
    shares.flatMap((share) => share.slice(turn, turn + 1).map((delivery_id) => ({ share, delivery_id }))),
  );
  const woken = turns.flat().slice(0, wokenMax);
  const lastOf = new Map(woken.map(({ share, delivery_id }) => [share, delivery_id]));
  return woken.map(({ share, delivery_id }) =>
    lastOf.get(share) === delivery_id ? { delivery_id, goes_on_until: goesOnUntil } : { delivery_id },
  );
}
