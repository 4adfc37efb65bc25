/** Short messages between the two sides of an open referral. */
import * as v from 'valibot';
import { prose, toTime } from '../../http/fields.ts';
import { answerOnce } from '../../http/once.ts';
import { operation, type PracticeRequest } from '../../http/operation.ts';
import { decision, write } from '../../ledger/commit.ts';
import type { Author, Exchange } from '../../ledger/exchange.ts';
import { newId } from '../../platform/db/ids.ts';
import { one } from '../../platform/db/plan.ts';
import { notFound } from '../../platform/problem.ts';
import { openedPlan, requireOpened } from '../file.ts';
import {
  countShortMessages,
  insertMessage,
  type MessageRow,
  selectMessage,
} from '../referrals.repository.ts';
import { MessageSchema } from '../referrals.schemas.ts';
import { requireMessageRoom } from '../room.ts';
import { authorOf } from '../show.ts';
import { noteWork, requireWorking } from '../working.ts';

/** A message to the other side. @schema MessageRequest */
const MessageInputSchema = v.strictObject({
  /** At most 2,000 characters. */
  text: prose(2000),
});

const presentMessage = (
  { id, kind, author, created_at }: MessageRow,
  text: string,
): v.InferOutput<typeof MessageSchema> => ({ id, kind, author, text, created_at: toTime(created_at) });

const postAt = (author: Author, referralId: string, text: string) => (exchange: Exchange) => {
  const { database, vault, now } = exchange;
  const { query } = database;
  return write({
    subject: referralId,
    read: {
      rows: openedPlan(query, referralId),
      own: one(countShortMessages(query, referralId, author.practiceId)),
    },
    decide: async ({ rows, own }) => {
      const file = requireOpened(rows, author, now);
      const record = requireWorking(file, now);
      requireMessageRoom(own?.count ?? 0, 'message');
      const opened = await vault.openReferralVault(referralId, record);
      const id = newId('message');
      const row: MessageRow = {
        id,
        referral_id: referralId,
        kind: 'message',
        author: file.told.side,
        sealed_text: await opened.seal('referral_messages.sealed_text', text, id),
        created_at: now,
      };
      const noted = noteWork(query, file, 'referral.message_posted', { message_id: id }, now);
      return decision({
        writes: [noted, insertMessage(query, row)],
        resourceId: id,
        resultOf: () => presentMessage(row, text),
      });
    },
  });
};

/** As it was written, by the one who asks. */
async function readOwn(request: PracticeRequest<unknown, unknown, 'referral_id'>, messageId: string) {
  const { exchange, params } = request;
  const { database, vault, now } = exchange;
  const { rows, row } = await database.read({
    rows: openedPlan(database.query, params.referral_id),
    row: one(selectMessage(database.query, params.referral_id, messageId)),
  });
  const { told, record } = requireOpened(rows, authorOf(request), now);
  if (!record || row?.author !== told.side) throw notFound();
  const opened = await vault.openReferralVault(told.id, record);
  const text = await opened.open<string>('referral_messages.sealed_text', row.sealed_text, row.id);
  return { body: presentMessage(row, text) };
}

export const messageOperations = [
  operation({
    id: 'postMessage',
    method: 'POST',
    path: '/v1/referrals/{referral_id}/messages',
    tag: 'Referrals',
    summary: 'Write to the other side',
    description:
      'From the acceptance to the end of the referral; both sides read it in `messages` of the referral. A receiver needs the consent’s `feedback` direction. At most 100 of each side.',
    scope: 'referrals:write',
    whenSuspended: 'sends',
    body: MessageInputSchema,
    requestExample: { text: 'The new résumé is ready; shall we go through it together on Tuesday?' },
    response: {
      status: 201,
      description: 'The message.',
      schema: MessageSchema,
      example: {
        id: 'msg_01k8vb7n9fe2b8wq6x4t1d5r3s',
        kind: 'message',
        author: 'sender',
        text: 'The new résumé is ready; shall we go through it together on Tuesday?',
        created_at: '2026-10-20T09:00:00.000Z',
      },
    },
    errors: ['invalid_state', 'consent_not_active', 'outcome_withheld', 'limit_reached'],
    handle: (request) =>
      answerOnce(request, {
        status: 201,
        writeAt: postAt(authorOf(request), request.params.referral_id, request.body.text),
        show: (body) => ({ body }),
        replay: (id) => readOwn(request, id),
      }),
  }),
];
