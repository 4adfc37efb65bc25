/** Links to a referral's page, for a practice whose people have no CRM. */
import * as v from 'valibot';
import { timeOut, toTime, wholeNumber } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { one } from '../platform/db/plan.ts';
import { DAY_MS } from '../platform/durations.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { createPageUrl } from '../platform/vault/links.ts';
import { selectReferral } from './referrals.repository.ts';
import { sideOf } from './told.ts';
import type { TrueReferral } from './truth.ts';

const VALID_DAYS_MAX = 30;
const VALID_DAYS_DEFAULT = 7;

/** How long the link is to work. @schema PageLinkRequest */
export const PageLinkInputSchema = v.strictObject({
  /** Days, 1 to 30. */
  valid_days: v.optional(wholeNumber(1, VALID_DAYS_MAX), VALID_DAYS_DEFAULT),
});

/** A link to the page of a referral. @schema PageLink */
export const PageLinkSchema = v.object({
  /** The referral. */
  referral_id: v.string(),
  /** The link: a secret. Whoever has it may read and answer the referral. */
  page_url: v.string(),
  /** Until when it works. */
  expires_at: timeOut,
});

/** What the link is for, as it is remembered of an Idempotency-Key: the link itself is stored nowhere. */
const remember = (referralId: string, expiresAt: number) => `${referralId} ${expiresAt}`;

export const pageLinkOperations = [
  operation({
    id: 'createPageLink',
    method: 'POST',
    path: '/v1/referrals/{referral_id}/page-links',
    tag: 'Referrals',
    summary: 'Make a link to the referral’s page',
    description:
      'By the receiver, for a person who has no CRM: a page in plain words on which the referral can be read as far as the consent allows, accepted, declined, and its outcome reported. Whoever has the link may do that, so pass it on with care. It ends by itself, and with the key that made it. Opening it shows nothing of the client yet; each look at the client is logged as a disclosure. The key also needs the scope `referrals:read`. Endpoints with `page_links` get such a link with each webhook.',
    scope: 'referrals:write',
    whenSuspended: 'opens',
    body: PageLinkInputSchema,
    bodyOptional: true,
    requestExample: { valid_days: 7 },
    response: {
      status: 201,
      description: 'The link.',
      schema: PageLinkSchema,
      example: {
        referral_id: 'ref_01k8vb1s2wf7r8tck5e8t3d7m1',
        page_url: 'https://exchange.example/referral/3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc',
        expires_at: '2026-10-12T14:05:00.000Z',
      },
    },
    handle: async (request) => {
      const { database, vault, settings } = request.exchange;
      const { actor, params, body } = request;
      if (!actor.scopes.includes('referrals:read'))
        throw new Problem('insufficient_scope', 'The key lacks the scope `referrals:read`.');
      const practiceId = actor.practice_id;
      const show = async (referralId: string, expiresAt: number) => {
        const link = { referralId, practiceId, makerId: actor.key_id };
        const page_url = await createPageUrl(link, expiresAt, vault, settings.publicOrigin);
        return { body: { referral_id: referralId, page_url, expires_at: toTime(expiresAt) } };
      };
      const referralId = params.referral_id;
      return answerOnce(request, {
        status: 201,
        writeAt: (at) => ({
          read: { referral: one(selectReferral(database.query, referralId)) },
          decide: ({ referral }: { referral: TrueReferral | undefined }) => {
            if (!referral || sideOf(referral, practiceId) !== 'receiver') throw notFound();
            const expiresAt = at.now + body.valid_days * DAY_MS;
            return {
              writes: [],
              resourceId: remember(referralId, expiresAt),
              resultOf: () => show(referralId, expiresAt),
            };
          },
        }),
        show: (shown) => shown,
        replay: (remembered) => {
          const [, expiresAt] = remembered.split(' ');
          return show(referralId, Number(expiresAt));
        },
      });
    },
  }),
];
