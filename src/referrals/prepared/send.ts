/** Sends a prepared referral, by the rule and the statements by which any other is sent; or reads what would be sent. */
import { answerOnce } from '../../http/once.ts';
import type { PracticeRequest, Reply } from '../../http/operation.ts';
import { busy, decision, write } from '../../ledger/commit.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { requireVersion } from '../../ledger/versions.ts';
import { one, type Plan } from '../../platform/db/plan.ts';
import { notFound, Problem } from '../../platform/problem.ts';
import { type NewReferral, newReferralAt, showNew } from '../send.ts';
import { authorOf, readReferral } from '../show.ts';
import { requireOpen } from './prepare.ts';
import { closed, selectPrepared, updatePrepared, type WholePreparedRow } from './prepared.repository.ts';
import { openWish, type PreparedWish, type SendPrepared } from './prepared.schemas.ts';
import { standingOf } from './standing.ts';

type Request = PracticeRequest<unknown, SendPrepared, 'prepared_referral_id'>;

async function requirePrepared({ exchange, actor, params }: Request): Promise<WholePreparedRow> {
  const { row } = await exchange.database.read({
    row: one(selectPrepared(exchange.database.query, actor.practice_id, params.prepared_referral_id)),
  });
  if (!row) throw notFound();
  return row;
}

/** @throws Problem 409 where nobody has come by the invitation, and no other practice is named */
function receiverOf(row: WholePreparedRow, { receiver_practice_id }: SendPrepared, now: number): string {
  if (receiver_practice_id !== undefined) return receiver_practice_id;
  const state = standingOf(row, now);
  const { practice_id } = row.invitation;
  if (state === 'ready' && practice_id !== null) return practice_id;
  throw new Problem(
    'invalid_state',
    'Nobody takes part by the invitation (yet): wait for `prepared_referral.ready`, or name another practice as `receiver_practice_id`.',
    { state, allowed_moves: [] },
  );
}

const toNewReferral = (
  { client, ...wish }: PreparedWish,
  receiver_practice_id: string,
  { consent, intake, ...said }: SendPrepared,
): NewReferral => ({
  ...wish,
  receiver_practice_id,
  service: said.service ?? wish.service,
  outside_offer: said.outside_offer ?? wish.outside_offer,
  allow_duplicate: said.allow_duplicate,
  client: intake === undefined ? client : { ...client, intake },
  ...(consent === undefined ? {} : { consent }),
});

/** @throws Problem 404, 409 */
export async function toSend(request: Request): Promise<{ row: WholePreparedRow; wish: NewReferral }> {
  const { exchange, body } = request;
  const row = await requirePrepared(request);
  requireOpen(row, exchange.now);
  const receiverId = receiverOf(row, body, exchange.now);
  const wish = await openWish(exchange.vault, row.id, row.sealed_wish ?? '');
  return { row, wish: toNewReferral(wish, receiverId, body) };
}

/**
 * The referral and the end of what was prepared, in one transaction: of two that send it at once one makes a referral.
 * What else is to be read stands in what is sealed, so that this takes a call of D1 more than other writes.
 */
export async function sendPrepared(request: Request): Promise<Reply> {
  const { exchange, actor, params, ifMatch } = request;
  const answer = { status: 201 as const, replay: (id: string) => readReferral(request, id) };
  const prepared = await toSend(request).catch((error: unknown) => {
    if (error instanceof Problem) return error;
    throw error;
  });
  if (prepared instanceof Problem) {
    // A repetition of what has sent it is answered as then.
    const refuse = () => write({ read: undefined, decide: () => Promise.reject(prepared) });
    return answerOnce(request, { ...answer, writeAt: refuse, show: () => ({ body: null }) });
  }
  const { row, wish } = prepared;
  const referralAt = await newReferralAt(exchange, wish, authorOf(request));
  const sendAt = (at: Exchange) => {
    const { query } = at.database;
    const { subject, read, decide } = referralAt(at);
    return write({
      subject,
      read: {
        now: one(selectPrepared(query, actor.practice_id, params.prepared_referral_id)),
        sending: read,
      },
      decide: async ({ now, sending }) => {
        if (!now) throw notFound();
        requireVersion(ifMatch, now.version);
        requireOpen(now, at.now);
        if (now.version !== row.version) throw busy();
        const { writes, resourceId, resultOf } = await decide(sending);
        const sent = { ...closed('sent', at.now), referral_id: resourceId };
        return decision<Plan, Awaited<ReturnType<typeof resultOf>>>({
          writes: [writes, updatePrepared(query, now, sent)],
          resourceId,
          resultOf,
        });
      },
    });
  };
  return answerOnce(request, { ...answer, writeAt: sendAt, show: (made) => showNew(exchange, made) });
}
