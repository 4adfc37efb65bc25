/** A sender's own referrals of one client, by what the client says of themself. */
import * as v from 'valibot';
import { date, email, line, phone } from '../http/fields.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import { pagerOf } from '../http/pagination.ts';
import { toLookups } from '../referrals/client.lookups.ts';
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
  const [rows] = await database.batch([
    selectReferralsOfClient(database.query, practiceId, lookups, pager.rowsMax, pager.after?.[0]),
  ]);
  return {
    status: 200,
    body: await pager.show(
      rows.flatMap((row) => toldTo(row, practiceId, (row.feedback_until ?? 0) > now, now) ?? []),
      presentSummary,
      ({ id }) => [id],
    ),
  };
}
