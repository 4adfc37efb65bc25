/** The action plan that both sides of an open referral share. */
import type * as v from 'valibot';
import { answerOnce } from '../../http/once.ts';
import { operation, type PracticeRequest, type Reply } from '../../http/operation.ts';
import { toETag } from '../../ledger/versions.ts';
import { many } from '../../platform/db/plan.ts';
import { openedPlan, readAndLog, requireOpened } from '../file.ts';
import { summaryExample } from '../referrals.examples.ts';
import { noticeWith } from '../referrals.view.ts';
import { authorOf } from '../show.ts';
import { addItemAt, changeItemAt, readItem, removeItemAt } from './change.ts';
import { selectPlanItems } from './plan.repository.ts';
import {
  PlanItemChangeSchema,
  PlanItemInputSchema,
  PlanItemSchema,
  PlanSchema,
  planItemExample,
} from './plan.schemas.ts';
import { isReadable, type PlanItem, presentItem } from './plan.ts';

const tag = 'Referrals';
const refusals = ['invalid_state', 'consent_not_active', 'outcome_withheld'] as const;
const show = (body: PlanItem) => ({ body, headers: { ETag: toETag(body.version) } });

async function readPlan(request: PracticeRequest<unknown, unknown, 'referral_id'>): Promise<Reply> {
  const { exchange, params, isHead } = request;
  const { database, vault, now } = exchange;
  const author = authorOf(request);
  const { referral_id } = params;
  const plan = {
    file: openedPlan(database.query, referral_id),
    items: many(selectPlanItems(database.query, referral_id)),
  };
  const { rows, disclosed } = await readAndLog(exchange, plan, {
    author,
    referralId: referral_id,
    shows: 'plan',
    isHead,
  });
  const { items } = rows;
  const file = requireOpened(rows.file, author, now);
  const isDisclosed = disclosed.includes('plan');
  const opened = file.record && (await vault.openReferralVault(referral_id, file.record));
  const { consent } = file;
  const purposes =
    opened && consent && isDisclosed
      ? await opened.open<string[]>('consents.sealed_purposes', consent.sealed_purposes, consent.id)
      : null;
  const shown = items.filter((item) => isReadable(file, item, isDisclosed, now));
  const body: v.InferOutput<typeof PlanSchema> = {
    referral_id,
    items: opened ? await Promise.all(shown.map((item) => presentItem(item, opened))) : [],
    redisclosure_notice: noticeWith(file, purposes, true, isDisclosed),
    disclosed_categories: isDisclosed ? ['plan'] : [],
  };
  return { status: 200, body };
}

export const planOperations = [
  operation({
    id: 'getPlan',
    method: 'GET',
    path: '/v1/referrals/{referral_id}/plan',
    tag,
    summary: 'Read the action plan',
    description:
      'What one side wrote or changed reaches the other as far as the client allows: the sender’s part with `forward`, as a disclosure that is logged (`plan`); the receiver’s with `feedback`. When the consent has ended each side reads what it wrote itself and the other did not change.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    response: {
      status: 200,
      description: 'The plan.',
      schema: PlanSchema,
      example: {
        referral_id: summaryExample.id,
        items: [planItemExample],
        redisclosure_notice: null,
        disclosed_categories: [],
      },
    },
    handle: readPlan,
  }),
  operation({
    id: 'addPlanItem',
    method: 'POST',
    path: '/v1/referrals/{referral_id}/plan/items',
    tag,
    summary: 'Add to the action plan',
    description:
      'From the acceptance to the end of the referral, by either side, for itself or the other. A receiver needs the consent’s `feedback` direction. At most 100 items.',
    scope: 'referrals:write',
    whenSuspended: 'sends',
    body: PlanItemInputSchema,
    requestExample: { text: planItemExample.text, owner: 'sender', due_on: planItemExample.due_on },
    response: { status: 201, description: 'The item.', schema: PlanItemSchema, example: planItemExample },
    errors: [...refusals, 'limit_reached'],
    handle: (request) =>
      answerOnce(request, {
        status: 201,
        writeAt: addItemAt(authorOf(request), request.params.referral_id, request.body),
        show,
        replay: async (id) => show(await readItem(request, id)),
      }),
  }),
  operation({
    id: 'changePlanItem',
    method: 'PATCH',
    path: '/v1/referrals/{referral_id}/plan/items/{plan_item_id}',
    tag,
    summary: 'Change an item of the action plan, or say that it is done',
    description: 'By either side. The answer has no text of what the other side wrote.',
    scope: 'referrals:write',
    whenSuspended: 'sends',
    conditional: true,
    body: PlanItemChangeSchema,
    requestExample: { done: true },
    response: {
      status: 200,
      description: 'The item.',
      schema: PlanItemSchema,
      example: { ...planItemExample, version: 2, done_at: '2026-11-12T16:00:00.000Z', changed_by: 'sender' },
    },
    errors: refusals,
    handle: (request) => {
      const { params, body, ifMatch } = request;
      const place = { referralId: params.referral_id, itemId: params.plan_item_id, ifMatch };
      return answerOnce(request, {
        status: 200,
        writeAt: changeItemAt(authorOf(request), place, body),
        show,
      });
    },
  }),
  operation({
    id: 'removePlanItem',
    method: 'DELETE',
    path: '/v1/referrals/{referral_id}/plan/items/{plan_item_id}',
    tag,
    summary: 'Take an item out of the action plan',
    description: 'By either side.',
    scope: 'referrals:write',
    whenSuspended: 'sends',
    conditional: true,
    response: { status: 204, description: 'It is no longer in the plan.' },
    errors: refusals,
    handle: (request) => {
      const { params, ifMatch } = request;
      const place = { referralId: params.referral_id, itemId: params.plan_item_id, ifMatch };
      return answerOnce(request, {
        status: 204,
        writeAt: removeItemAt(authorOf(request), place),
        show: () => ({ body: null }),
      });
    },
  }),
];
