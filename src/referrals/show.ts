/** A referral as the answer to a request. */

import { answerOnce } from '../http/once.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import type { Author, Exchange } from '../ledger/exchange.ts';
import { toETag } from '../ledger/versions.ts';
import { UnavailableError } from '../platform/db/unavailable.ts';
import {
  disclosedIn,
  disclosePlan,
  dueDisclosurePlan,
  filePlan,
  type ReferralFile,
  requireFile,
} from './file.ts';
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

/** One call. Where the log cannot be written, a second one shows whether there is anything to log. */
async function readAndLog(exchange: Exchange, author: Author, referralId: string, isHead: boolean) {
  const { database } = exchange;
  const rows = filePlan(database.query, referralId, author.practiceId);
  try {
    const disclosed = isHead ? undefined : disclosePlan(exchange, author, referralId);
    return await database.read({ rows, disclosed });
  } catch (error) {
    if (isHead || !(error instanceof UnavailableError)) throw error;
    const found = await database.read({ rows, due: dueDisclosurePlan(exchange, author, referralId) });
    if (found.due) throw error;
    return { rows: found.rows, disclosed: undefined };
  }
}

export async function readReferral(
  request: PracticeRequest<unknown, unknown>,
  referralId: string,
): Promise<Reply> {
  const { exchange, isHead } = request;
  const author = authorOf(request);
  const { rows, disclosed } = await readAndLog(exchange, author, referralId, isHead);
  const file = requireFile(rows, author, exchange.now);
  return { status: 200, ...(await showReferral(exchange, file, disclosedIn(disclosed))) };
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
