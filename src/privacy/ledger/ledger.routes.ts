import * as v from 'valibot';
import { selectConsent } from '../../consents/consents.repository.ts';
import { allowsFeedback } from '../../consents/consents.schemas.ts';
import { LEDGER_KINDS } from '../../db/schema.ts';
import { timeOut, toTime } from '../../http/fields.ts';
import { operation } from '../../http/operation.ts';
import { notFound } from '../../http/problem.ts';
import { selectReferral } from '../../referrals/referrals.repository.ts';
import { eventsCountOf } from '../../referrals/told.ts';
import { requireParty } from '../parties.ts';
import { checkChain, LEDGER_FAULTS } from './chain.ts';
import { selectLedger } from './ledger.repository.ts';
import { ledgerKeyOf } from './seal.ts';

export const LedgerCheckSchema = v.object({
  referral_id: v.string(),
  checked_at: timeOut,
  intact: v.boolean(),
  /** True for the sender while the consent lets no news reach it: then only `intact` is told. */
  details_withheld: v.boolean(),
  sealed_count: v.nullable(v.number()),
  pending_count: v.nullable(v.number()),
  first_broken: v.nullable(
    v.object({
      /** The place in the chain; null where it has none. */
      number: v.nullable(v.number()),
      kind: v.nullable(v.picklist(LEDGER_KINDS)),
      entry_id: v.nullable(v.string()),
      fault: v.picklist(LEDGER_FAULTS),
    }),
  ),
});

export const ledgerOperations = [
  operation({
    id: 'checkLedger',
    method: 'GET',
    path: '/v1/referrals/{referral_id}/ledger',
    tag: 'Privacy',
    summary: 'Check the history of a referral',
    description:
      'For both sides. Events and disclosures form a chain of keyed hashes, which is computed again here. `first_broken` names the first one that was `changed`, `removed` or `reordered` behind the exchange’s back, or that stayed `unsealed` for more than two minutes; `pending_count` those that are about to be sealed.',
    scope: 'referrals:read',
    response: {
      status: 200,
      description: 'Whether the chain holds.',
      schema: LedgerCheckSchema,
      example: {
        referral_id: 'ref_01k8vb1s2wf7r8tck5e8t3d7m1',
        checked_at: '2026-10-06T09:00:00.000Z',
        intact: true,
        details_withheld: false,
        sealed_count: 3,
        pending_count: 0,
        first_broken: null,
      },
    },
    handle: async ({ exchange: { database, settings, now }, actor, params }) => {
      const referralId = params.referral_id;
      const { query } = database;
      const [[found], [consent], links, [head], events, disclosures] = await database.batch([
        selectReferral(query, referralId),
        selectConsent(query, referralId),
        ...selectLedger(query, referralId),
      ]);
      const side = requireParty(found, actor.practice_id);
      if (!found) throw notFound();
      const entries = [...events, ...disclosures];
      const file = { links, head, entries, version: eventsCountOf(found) };
      const verdict = await checkChain(await ledgerKeyOf(settings), file, now);
      // How many entries there are tells what the receiver does.
      const isWithheld = side === 'sender' && !allowsFeedback(consent, now);
      return {
        status: 200,
        body: {
          referral_id: referralId,
          checked_at: toTime(now),
          intact: verdict.first_broken === null,
          details_withheld: isWithheld,
          sealed_count: isWithheld ? null : verdict.sealed_count,
          pending_count: isWithheld ? null : verdict.pending_count,
          first_broken: isWithheld ? null : verdict.first_broken,
        },
      };
    },
  }),
];
