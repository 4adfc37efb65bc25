/** Reads and changes of one partnership, by one of its two practices. */
import { answerOnce } from '../http/once.ts';
import type { OperationRequest, PracticeRequest, Reply } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import { requireVersion } from '../ledger/versions.ts';
import { many, one, type Plan, type Step } from '../platform/db/plan.ts';
import { notFound } from '../platform/problem.ts';
import type { Known } from './change.ts';
import { type PartnershipRow, selectPartnersOf, selectReadPartnership } from './partnerships.repository.ts';
import { type Reader, showPartnership, sideOf } from './partnerships.view.ts';
import { selectLastThanks } from './thanks.repository.ts';

export const readerOf = ({
  actor,
  exchange: { vault, now },
}: Pick<PracticeRequest, 'actor' | 'exchange'>): Reader => ({
  practiceId: actor.practice_id,
  timeZone: actor.time_zone,
  vault,
  now,
});

export const partnershipPlan = (
  { exchange: { database, now } }: Pick<PracticeRequest, 'exchange'>,
  id: string,
) => ({
  row: one(selectReadPartnership(database.query, id, now)),
  partners: many(selectPartnersOf(database.query, id)),
});

export async function readPartnership(
  request: Pick<PracticeRequest, 'actor' | 'exchange'>,
  id: string,
): Promise<Reply> {
  const { row, partners } = await request.exchange.database.read(partnershipPlan(request, id));
  if (!row || !sideOf(row, request.actor.practice_id)) throw notFound();
  return { status: 200, ...(await showPartnership(row, partners, readerOf(request))) };
}

/** What is written of a change. */
interface Change {
  /** Gives the row as it is then; undefined where it stays. */
  readonly changed?: Step<PartnershipRow | undefined> | undefined;
  readonly rest?: Plan;
}

export interface KnownWithThanks extends Known {
  /** When this side last thanked the other one; null: never, or nobody asked. */
  readonly lastThanksAt: number | null;
}

/** One write by one of the two. @param plan throws where the partnership does not allow it */
export const changePartnership = (
  request: PracticeRequest<unknown, unknown, 'partnership_id'> & Pick<OperationRequest, 'ifMatch'>,
  plan: (known: KnownWithThanks) => Promise<Change> | Change,
  { asksThanks = false } = {},
): Promise<Reply> => {
  const id = request.params.partnership_id;
  const { practice_id: practiceId, time_zone: timeZone } = request.actor;
  return answerOnce(request, {
    status: 200,
    writeAt: (exchange) =>
      write({
        subject: id,
        read: {
          found: partnershipPlan({ ...request, exchange }, id),
          thanks: asksThanks ? one(selectLastThanks(exchange.database.query, id, practiceId)) : undefined,
        },
        decide: async ({ found: { row, partners }, thanks }) => {
          const side = row && sideOf(row, practiceId);
          if (!row || !side) throw notFound();
          requireVersion(request.ifMatch, row.version);
          const { now } = exchange;
          const known = { row, partners, side, timeZone, now, lastThanksAt: thanks?.thanked_at ?? null };
          const { changed, rest } = await plan(known);
          return decision({
            writes: { changed, rest },
            resourceId: id,
            resultOf: ({ changed: after = row }) => {
              // What was agreed in just now is not dormant; what only one side wrote down changes nothing of that.
              const dormant = after.version === row.version ? (row.dormant ?? 0) : 0;
              return showPartnership({ ...after, dormant }, partners, readerOf({ ...request, exchange }));
            },
          });
        },
      }),
    show: (shown) => shown,
    replay: (resourceId) => readPartnership(request, resourceId),
  });
};
