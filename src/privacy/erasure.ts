/** Erasing a client: what is left of the referral are facts that reports count, the event log and the disclosures. */
import { revokeConsent } from '../consents/consents.repository.ts';
import type { Query, Statement } from '../db/database.ts';
import { commit } from '../http/commit.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { requireVersion } from '../http/versions.ts';
import { noteReferral } from '../referrals/change.ts';
import { readReferral, selectFile, showReferral } from '../referrals/file.ts';
import { applyMove, isFinal, type Progress } from '../referrals/lifecycle.ts';
import type { ReferralRow } from '../referrals/referrals.repository.ts';
import { progressOf, senderProgressOf, versionOf } from '../referrals/referrals.view.ts';
import { deleteClientData } from './erasure.repository.ts';
import { requireSender } from './parties.ts';

/** The progress after the client took the consent back, where it had not ended before. */
function endProgress(progress: Progress, respondWithinMs: number, now: number): Progress {
  if (isFinal(progress.state)) return progress;
  const move = progress.state === 'awaiting_consent' ? 'deny_consent' : 'revoke_consent';
  return applyMove(progress, move, now, { respondWithinMs });
}

/**
 * The row afterwards and the statements that lead to it, one version and one event in every case. By the `sender` an
 * open referral ends for each side as far as it had not ended for that side: a sender whose client allows no way back
 * sees the same whatever the receiver had reported. By the `system` only what has ended is erased.
 */
export function eraseReferral<R extends ReferralRow>(
  query: Query,
  row: R,
  by: 'sender' | 'system',
  now: number,
): { row: R; revokes: boolean; statements: Statement[] } {
  const ends = by === 'sender' && !(isFinal(row.state) && isFinal(row.sender_state));
  const endedProgress = (progress: Progress) =>
    ends ? endProgress(progress, row.respond_within_ms, now) : progress;
  const senderAfter = endedProgress(senderProgressOf(row));
  const announcement = {
    type: 'referral.erased',
    actor: by,
    toSender: true,
    toReceiver: row.sent_at !== null,
    needsFeedback: false,
    // No state: the two sides may see different ones.
    data: {},
  } as const;
  const erased = noteReferral(query, row, announcement, now, {
    ...endedProgress(progressOf(row)),
    ...(ends && !isFinal(row.state)
      ? { last_move: 'revoke_consent', last_move_by: 'client', last_move_at: now }
      : {}),
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
    ...deleteClientData(query, row.id, now),
    ...(ends ? [revokeConsent(query, row.id, now)] : []),
    ...erased.statements,
  ];
  return { row: erased.row, revokes: ends, statements };
}

/** Asked by the sender. Erasing again changes nothing. */
export async function erase(request: OperationRequest<unknown, unknown>): Promise<Reply> {
  const { database, now } = request.exchange;
  const { query } = database;
  const referralId = request.params.referral_id ?? '';
  return commit(request, {
    read: [...selectFile(query, referralId)],
    decide: ([[found], [consent]]) => {
      const row = requireSender(found, request.actor);
      requireVersion(request.ifMatch, versionOf(row, 'sender'));
      const erased =
        row.erased_at === null
          ? eraseReferral(query, row, 'sender', now)
          : { row, revokes: false, statements: [] };
      return {
        statements: erased.statements,
        resourceId: referralId,
        status: 200,
        respond: () => {
          const revoked_at = consent?.revoked_at ?? (erased.revokes ? now : null);
          const left = consent && { ...consent, revoked_at };
          const none = { request: undefined, record: undefined, messages: [], contacts: [] };
          const file = { row: erased.row, consent: left, ...none };
          return showReferral(request, file, 'sender', []);
        },
      };
    },
    replay: (id) => readReferral(request, id),
  });
}
