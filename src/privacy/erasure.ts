/** Erasing a client: what is left of the referral are facts that reports count, the event log and the disclosures. */
import { revokeConsent } from '../consents/consents.repository.ts';
import { answerOnce } from '../http/once.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import type { Author, Exchange } from '../ledger/exchange.ts';
import { requireVersion } from '../ledger/versions.ts';
import type { Query } from '../platform/db/database.ts';
import { many } from '../platform/db/plan.ts';
import { type Changed, endFeedback, noteReferral } from '../referrals/change.ts';
import { type MemberReferral, selectOtherMembers } from '../referrals/choice/choice.repository.ts';
import { type FileRows, filePlan, NOTHING_OWN, requireFile } from '../referrals/file.ts';
import { applyMove, isFinal, lapseProgress, type Progress } from '../referrals/lifecycle.ts';
import { deleteOwnData } from '../referrals/own.repository.ts';
import { authorOf, readReferral, showReferral } from '../referrals/show.ts';
import { progressOf, senderProgressOf, toldTo } from '../referrals/told.ts';
import { reveal, type TrueReferral } from '../referrals/truth.ts';
import { deleteClientData } from './erasure.repository.ts';
import { requireSenderFile } from './parties.ts';

type By = 'sender' | 'system';

/** The progress after the client asked for the erasure, or after the time was over, where it had not ended before. */
function endProgress(progress: Progress, by: By, respondWithinMs: number, now: number): Progress {
  if (by === 'system') return lapseProgress(progress, now);
  if (isFinal(progress.state)) return progress;
  const move = progress.state === 'awaiting_consent' ? 'deny_consent' : 'revoke_consent';
  return applyMove(progress, move, now, { respondWithinMs });
}

/**
 * The row afterwards and the statements that lead to it, one version and one event in every case. An open referral ends
 * for each side as far as it had not ended for that side: a sender whose client allows no way back sees the same
 * whatever the receiver had reported. By the `sender` the consent ends with it; by the `system` it has run out.
 */
export function eraseReferral(
  query: Query,
  referral: TrueReferral,
  by: By,
  now: number,
): Changed & { readonly revokes: boolean } {
  const row = reveal(referral);
  const isOpen = !isFinal(row.state);
  const revokes = by === 'sender' && (isOpen || !isFinal(row.sender_state));
  const endedProgress = (progress: Progress) => endProgress(progress, by, row.respond_within_ms, now);
  const lastMove =
    by === 'sender'
      ? { last_move: 'revoke_consent', last_move_by: 'client' }
      : { last_move: 'expire', last_move_by: 'system' };
  const senderAfter = endedProgress(senderProgressOf(row));
  const announcement = {
    type: 'referral.erased',
    actor: by,
    // No state: the two sides may see different ones.
    data: {},
  } as const;
  const erased = noteReferral(query, referral, announcement, now, {
    ...endedProgress(progressOf(row)),
    ...(revokes ? endFeedback(row) : {}),
    ...(isOpen ? { ...lastMove, last_move_at: now } : {}),
    undo_progress: null,
    deadline: null,
    deadline_at: null,
    sender_progress: senderAfter,
    sender_state: senderAfter.state,
    client_city: null,
    languages: [],
    client_index: '',
    erased_at: now,
  });
  const statements = [
    ...deleteClientData(query, row.id, by === 'sender' || row.choice_id === null, now),
    ...(revokes ? [revokeConsent(query, row.id, now)] : []),
    ...erased.statements,
    ...deleteOwnData(query, row.id),
  ];
  return { referral: erased.referral, revokes, statements };
}

/** All referrals of a choice are about one client: none of them is left. */
function eraseOthers(query: Query, members: readonly MemberReferral[], author: Author, now: number) {
  return members.flatMap((member) => {
    const told = toldTo(member, author.practiceId, false, now);
    return told?.side === 'sender' && told.erased_at === null
      ? eraseReferral(query, member, 'sender', now).statements
      : [];
  });
}

/** Erasing again changes nothing. */
const eraseAt = (author: Author, referralId: string, ifMatch: string | null) => (exchange: Exchange) => {
  const { database, now } = exchange;
  const { query } = database;
  return {
    subject: referralId,
    read: {
      rows: filePlan(query, referralId, author.practiceId),
      others: many(selectOtherMembers(query, referralId)),
    },
    decide: ({ rows, others }: { rows: FileRows; others: MemberReferral[] }) => {
      const file = requireSenderFile(rows, author, now);
      const { told, referral, consent } = file;
      requireVersion(ifMatch, told.version);
      const erased =
        told.erased_at === null
          ? eraseReferral(query, referral, 'sender', now)
          : { referral, revokes: false, statements: [] };
      return {
        writes: [...erased.statements, ...eraseOthers(query, others, author, now)],
        resourceId: referralId,
        ...(erased.statements.length > 0 ? { referralId } : {}),
        resultOf: () => {
          const revoked_at = consent?.revoked_at ?? (erased.revokes ? now : null);
          const left = consent && { ...consent, revoked_at };
          const none = { request: undefined, record: undefined, messages: [], contacts: [], ...NOTHING_OWN };
          return requireFile({ referral: erased.referral, consent: left, ...none }, author, now);
        },
      };
    },
  };
};

/** Asked by the sender. */
export function erase(request: PracticeRequest<unknown, unknown, 'referral_id'>): Promise<Reply> {
  const { exchange, params, ifMatch } = request;
  return answerOnce(request, {
    status: 200,
    writeAt: eraseAt(authorOf(request), params.referral_id, ifMatch),
    show: (file) => showReferral(exchange, file, []),
    replay: (id) => readReferral(request, id),
  });
}
