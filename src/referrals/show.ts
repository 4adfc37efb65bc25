/** A referral as the answer to a request. */

import { answerOnce } from '../http/once.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import type { Author, Exchange } from '../ledger/exchange.ts';
import { toETag } from '../ledger/versions.ts';
import { filePlan, type ReferralFile, readAndLog, requireFile } from './file.ts';
import type { Move } from './lifecycle.ts';
import { type MoveDetails, moveAt } from './move.ts';
import { ownTag } from './own.ts';
import { presentReferral } from './referrals.view.ts';

export const authorOf = ({ actor }: PracticeRequest<unknown, unknown>): Author => ({
  practiceId: actor.practice_id,
  throughId: actor.key_id,
});

export async function showReferral(
  { vault, now }: Exchange,
  file: ReferralFile,
  disclosed: readonly string[],
  consentUrl: string | null = null,
): Promise<Omit<Reply, 'status'>> {
  const body = await presentReferral(file, disclosed, vault, now, consentUrl);
  return { body, headers: { ETag: toETag(body.version, await ownTag(body)) } };
}

export async function readReferral(
  request: PracticeRequest<unknown, unknown>,
  referralId: string,
): Promise<Reply> {
  const { exchange, isHead } = request;
  const author = authorOf(request);
  const plan = filePlan(exchange.database.query, referralId, author.practiceId);
  const { rows, disclosed } = await readAndLog(exchange, plan, { author, referralId, isHead });
  const file = requireFile(rows, author, exchange.now);
  return { status: 200, ...(await showReferral(exchange, file, disclosed)) };
}

/** A move that a request of the API asks for. */
export function answerMove(
  request: PracticeRequest<unknown, unknown, 'referral_id'>,
  move: Move,
  details: MoveDetails = {},
): Promise<Reply> {
  const { exchange, params, ifMatch } = request;
  const referralId = params.referral_id;
  return answerOnce(request, {
    status: 200,
    writeAt: moveAt({ author: authorOf(request), referralId, move, details, ifMatch }),
    show: ({ file, disclosed }) => showReferral(exchange, file, disclosed),
    replay: (id) => readReferral(request, id),
  });
}
