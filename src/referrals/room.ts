/** How much may be written about one referral. A side's room is its own: what the other wrote is no part of it. */
import { Problem } from '../platform/problem.ts';
import type { MessageRow } from './referrals.repository.ts';

/** Of each side: so many short messages, and so many questions, answers and notes. */
const MESSAGES_MAX = 100;

/** @param count of those that the side wrote of this sort @throws Problem 409 */
export function requireMessageRoom(count: number, kind: MessageRow['kind']): void {
  if (count < MESSAGES_MAX) return;
  const what = kind === 'message' ? 'messages' : 'questions, answers and notes';
  throw new Problem('limit_reached', `A referral has at most ${MESSAGES_MAX} ${what} of yours.`);
}
