/** A sender's own referrals of one client, by what the client says of themself. */
import * as v from 'valibot';
import { date, email, line, phone } from '../http/fields.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import { page, pagerOf } from '../http/pagination.ts';
import { many } from '../platform/db/plan.ts';
import { toLookups } from '../referrals/client.lookups.ts';
import { selectPreparedOfClient } from '../referrals/prepared/prepared.repository.ts';
import { PreparedSummarySchema, presentPreparedSummary } from '../referrals/prepared/prepared.schemas.ts';
import { ReferralSummarySchema } from '../referrals/referrals.schemas.ts';
import { presentSummary } from '../referrals/referrals.view.ts';
import { toldTo } from '../referrals/told.ts';
import { selectReferralsOfClient } from './search.repository.ts';

/** A client, as the client says who they are. @schema ClientSearchRequest */
export const ClientSearchSchema = v.strictObject({
  /** A name, and one of date of birth, e-mail address and phone. */
  client: v.pipe(
    v.strictObject({
      /** Who the client is. */
      identity: v.strictObject({
        /** First name. */
        given_name: line(100),
        /** Last name. */
        family_name: line(100),
        /** A day, `YYYY-MM-DD`. */
        date_of_birth: v.optional(date),
      }),
      /** How the client is reached. */
      contact: v.optional(
        v.strictObject({
          /** An e-mail address. */
          email: v.optional(email),
          /** A phone number. */
          phone: v.optional(phone),
        }),
      ),
    }),
    v.check(
      ({ identity, contact }) =>
        identity.date_of_birth !== undefined || contact?.email !== undefined || contact?.phone !== undefined,
      'must have a date of birth, an email or a phone beside the name',
    ),
  ),
});

/** What you hold of a client. @schema ClientSearchResult */
export const ClientSearchResultSchema = v.object({
  ...page(ReferralSummarySchema).entries,
  /** What you prepared for colleagues who are not on the exchange yet, newest first; on the first page only. */
  prepared: v.array(PreparedSummarySchema),
});

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export async function findReferralsOfClient(
  request: PracticeRequest<PageQuery, v.InferOutput<typeof ClientSearchSchema>>,
): Promise<Reply> {
  const { database, vault, now } = request.exchange;
  const practiceId = request.actor.practice_id;
  const pager = await pagerOf(request, ['string']);
  const lookups = await toLookups(vault, practiceId, request.body.client);
  const { query } = database;
  const { rows, prepared } = await database.read({
    rows: many(selectReferralsOfClient(query, practiceId, lookups, pager.rowsMax, pager.after?.[0])),
    prepared: pager.after ? undefined : many(selectPreparedOfClient(query, practiceId, lookups)),
  });
  const found = await pager.show(
    rows.flatMap((row) => toldTo(row, practiceId, (row.feedback_until ?? 0) > now, now) ?? []),
    presentSummary,
    ({ id }) => [id],
  );
  const body = { ...found, prepared: (prepared ?? []).map((row) => presentPreparedSummary(row, now)) };
  return { status: 200, body };
}
