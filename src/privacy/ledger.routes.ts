import * as v from 'valibot';
import { timeOut, toTime } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { selectCheck, selectKnownCounts } from '../ledger/chain/checks.repository.ts';
import { ledgerKeysOf } from '../ledger/chain/ledger-keys.ts';
import { verdictIn } from '../ledger/chain/verdict.ts';
import { one } from '../platform/db/plan.ts';
import { LEDGER_FAULTS, LEDGER_KINDS } from '../platform/db/schema.ts';
import { selectReferral } from '../referrals/referrals.repository.ts';
import { requireParty } from './parties.ts';

/** What the last check of a referral’s history found. @schema LedgerCheck */
export const LedgerCheckSchema = v.object({
  /** The referral. */
  referral_id: v.string(),
  /** When the rolling check last looked; null before the first time. */
  checked_at: v.nullable(timeOut),
  /** Whether the history held; null before the first check. */
  intact: v.nullable(v.boolean()),
  /** True for the sender while the consent lets no news reach it: then only `intact` is told. */
  details_withheld: v.boolean(),
  /** Entries that are sealed, as of now. */
  sealed_count: v.nullable(v.number()),
  /** Entries that are about to be. */
  pending_count: v.nullable(v.number()),
  /** The first entry that is not as it was sealed; null where all are. */
  first_broken: v.nullable(
    v.object({
      /** The place in the chain; null where it has none. */
      number: v.nullable(v.number()),
      /** What the entry is. */
      kind: v.nullable(v.picklist(LEDGER_KINDS)),
      /** Its id. */
      entry_id: v.nullable(v.string()),
      /** What is wrong with it. */
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
      'For both sides. Events, disclosures, the consent and its revocation form a chain of keyed hashes. A rolling check computes all chains again, a part of them each minute; here is what it found at `checked_at` (both are null before the first check, a minute or two after the referral was made). It does not run when it is asked for: how long it takes would tell how much there is. `first_broken` names the first entry that was `changed`, `removed` or `reordered` behind the exchange’s back, or that stands there `unsealed`, as none of ours would. `sealed_count` and `pending_count` are those of this moment; what is pending is sealed within the next minute.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    response: {
      status: 200,
      description: 'Whether the chain held at the last check.',
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
      const { referral, counts, check } = await database.read({
        referral: one(selectReferral(query, referralId)),
        counts: one(selectKnownCounts(query, referralId, actor.practice_id, now)),
        check: one(selectCheck(query, referralId)),
      });
      requireParty(referral, actor.practice_id);
      const verdict = await verdictIn(ledgerKeysOf(settings), check, referralId);
      return {
        status: 200,
        body: {
          referral_id: referralId,
          checked_at: verdict && toTime(verdict.checked_at),
          intact: verdict && verdict.first_broken === null,
          // How many entries there are tells what the receiver does.
          details_withheld: !counts,
          sealed_count: counts?.sealed_count ?? null,
          pending_count: counts?.pending_count ?? null,
          first_broken: (counts && verdict?.first_broken) ?? null,
        },
      };
    },
  }),
];
