/** A credential that is handed in, by the operator or by the practice itself: pending until somebody has looked. */
import type { Database, Query } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { invalidInput, notFound, Problem } from '../platform/problem.ts';
import { countCredentials, insertCredential, selectProfessionalById } from './credentials.repository.ts';
import { numberKeyOf } from './rosters/judge.ts';
import { type BoardRow, selectBoard, selectBoardByName } from './rosters/rosters.repository.ts';
import { type NewCredential, toStored } from './submission.schemas.ts';

export const CREDENTIALS_PER_PROFESSIONAL_MAX = 30;

/** The board that lists it, if there is one: insurers and identifiers have none. */
function boardPlan(query: Query, wish: NewCredential) {
  if (wish.kind === 'insurance' || wish.kind === 'npi') return undefined;
  return one(
    wish.board_id === undefined
      ? selectBoardByName(query, wish.issuer, wish.jurisdiction ?? '')
      : selectBoard(query, wish.board_id),
  );
}

export const submissionPlan = ({ query }: Database, professionalId: string, wish: NewCredential) => ({
  professional: one(selectProfessionalById(query, professionalId)),
  counted: one(countCredentials(query, professionalId)),
  board: boardPlan(query, wish),
});

interface Submission {
  readonly professional: { readonly practice_id: string } | undefined;
  readonly counted: { readonly count: number } | undefined;
  readonly board: BoardRow | undefined;
}

/**
 * @param ownerId the practice whose professional it must be; null for the operator
 * @throws Problem where it cannot be handed in
 */
export function submit(
  { query }: Database,
  professionalId: string,
  wish: NewCredential,
  { professional, counted, board }: Submission,
  ownerId: string | null,
  now: number,
) {
  if (!professional || (ownerId !== null && professional.practice_id !== ownerId)) throw notFound();
  if ('board_id' in wish && wish.board_id !== undefined && !board)
    throw invalidInput([{ pointer: '/board_id', detail: 'is no board that there is' }]);
  if ((counted?.count ?? 0) >= CREDENTIALS_PER_PROFESSIONAL_MAX)
    throw new Problem(
      'limit_reached',
      `A professional has at most ${CREDENTIALS_PER_PROFESSIONAL_MAX} credentials.`,
    );
  const id = newId('credential');
  const matched = board
    ? { board_id: board.id, number_key: numberKeyOf(wish.number), match_due_at: now }
    : {};
  const row = {
    ...toStored(wish),
    ...matched,
    id,
    professional_id: professionalId,
    created_at: now,
    updated_at: now,
  };
  return { id, practiceId: professional.practice_id, insert: one(insertCredential(query, row)) };
}
