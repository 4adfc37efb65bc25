/** What a suspended practice may do with a referral, by whichever door: an operation, a page, a CRM's callback. */
import { mayWhenSuspended, type WhenSuspended } from '../platform/access/suspension.ts';
import { MOVES, type Move } from './lifecycle.ts';

export const MOVES_WHEN_SUSPENDED: Record<Move, WhenSuspended> = {
  record_consent: 'sends',
  deny_consent: 'serves_client',
  accept: 'sends',
  decline: 'finishes',
  request_info: 'sends',
  provide_info: 'sends',
  waitlist: 'finishes',
  record_contact: 'finishes',
  engage: 'finishes',
  mark_not_engaged: 'finishes',
  complete: 'finishes',
  withdraw: 'finishes',
  revoke_consent: 'serves_client',
  expire: 'finishes',
  undo: 'finishes',
};

export const movesWhenSuspended: readonly Move[] = MOVES.filter((move) =>
  mayWhenSuspended(MOVES_WHEN_SUSPENDED[move]),
);
