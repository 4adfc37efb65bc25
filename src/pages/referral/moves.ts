import type { Move } from '../../referrals/lifecycle.ts';

/** The receiver's moves that the page offers. */
export const PAGE_MOVES = [
  'accept',
  'engage',
  'complete',
  'decline',
  'mark_not_engaged',
  'request_info',
  'record_contact',
  'waitlist',
  'undo',
] as const satisfies readonly Move[];
export type PageMove = (typeof PAGE_MOVES)[number];
