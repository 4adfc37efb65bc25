/** Why a referral cannot be sent: one rule, for sending it and for saying beforehand whether it could be. */
import type * as v from 'valibot';
import { refuseUnknown, unknownPlan, wantedCodes } from '../catalog/known.ts';
import { requireUsableConsent } from '../consents/record.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { selectHostedEvent } from '../partnerships/events/joint-events.repository.ts';
import { type Found, one } from '../platform/db/plan.ts';
import { invalidInput, Problem, type ProblemCode } from '../platform/problem.ts';
import type { Vault } from '../platform/vault/vault.ts';
import { selectForm } from '../practices/intake/intake.repository.ts';
import { faultsOfAnswers } from '../practices/intake/questions.ts';
import { clientFingerprint } from './client.schemas.ts';
import { gateRefusals, newGatePlan, offerRefusals } from './gate.ts';
import type { ReferralDraftSchema } from './new-referral.schemas.ts';
import { requireNoClient } from './own.ts';
import { previousPlan, requirePrevious } from './previous.ts';
import {
  selectLastWaiting,
  selectOpenReferralOfClient,
  WAITING_PER_RECEIVER_MAX,
} from './referrals.repository.ts';

type Wish = v.InferOutput<typeof ReferralDraftSchema>;
/** A new referral, or one that names no client yet, to one practice. */
export type Draft = Omit<Wish, 'receiver_practice_id' | 'candidates'> & {
  readonly receiver_practice_id: string;
};

/** To one practice, as the body says or as it would go to one of its candidates. @param receiverId of the body's own where it is left out */
export function addressTo<W extends Pick<Wish, 'receiver_practice_id' | 'candidates'>>(
  { candidates: _candidates, receiver_practice_id, ...wish }: W,
  receiverId = receiver_practice_id ?? '',
) {
  return { ...wish, receiver_practice_id: receiverId };
}

/** The codes of what is said here, beside what is wrong with the input itself. */
export const REFUSAL_CODES = [
  'no_active_partnership',
  'practice_not_verified',
  'receiver_not_eligible',
  'receiver_not_accepting',
  'service_not_offered',
  'verbal_consent_not_allowed',
  'duplicate_referral',
  'limit_reached',
] as const satisfies readonly ProblemCode[];

/** By which an equal referral that is open is found; undefined of a draft without a client. */
export async function clientIndexOf(
  vault: Vault,
  senderId: string,
  { client, receiver_practice_id }: Draft,
): Promise<string | undefined> {
  return client && vault.blindIndex(senderId, receiver_practice_id, ...clientFingerprint(client));
}

/** What the rule must know. */
export const refusalPlan = (
  { database }: Exchange,
  draft: Draft,
  senderId: string,
  clientIndex: string | undefined,
) => {
  const { query } = database;
  const { receiver_practice_id: receiverId, previous_id, source } = draft;
  return {
    gate: newGatePlan(query, senderId, receiverId),
    open: clientIndex === undefined ? undefined : one(selectOpenReferralOfClient(query, { clientIndex })),
    form: one(selectForm(query, receiverId, draft.service)),
    lastWaiting: one(selectLastWaiting(query, { senderId, receiverId })),
    previous: previous_id === undefined ? undefined : previousPlan(query, previous_id, senderId),
    source: source === undefined ? undefined : one(selectHostedEvent(query, source, senderId)),
    unknown: unknownPlan(database, [
      { pointer: '/service', kind: 'service', otherKind: 'assessment', code: draft.service },
      ...wantedCodes({ reason: ['reason', draft.reason], languages: ['language', draft.languages] }),
    ]),
  };
};
export type RefusalRows = Found<ReturnType<typeof refusalPlan>>;

/** What the consent is judged by. */
export const consentContextOf = ({ gate }: RefusalRows, { disclose }: Draft, now: number) => ({
  verbalAllowed: gate.sender?.verbal_consent_allowed ?? false,
  discloseOnSend: disclose === 'on_send',
  now,
  pointer: '/consent' as const,
});

async function* thrownBy(rule: () => void | Promise<void>): AsyncGenerator<Problem> {
  try {
    await rule();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    yield error;
  }
}

/** One after the other, and none is looked for before it is asked for: sending is refused by the first. */
export async function* refusalsOf(
  rows: RefusalRows,
  draft: Draft,
  senderId: string,
  { database, vault, now }: Exchange,
): AsyncGenerator<Problem> {
  const { gate, open, lastWaiting, previous } = rows;
  const { client, consent } = draft;
  if (draft.receiver_practice_id === senderId) {
    yield invalidInput([{ pointer: '/receiver_practice_id', detail: 'must be another practice than yours' }]);
    return;
  }
  if (client) yield* thrownBy(() => requireNoClient(draft, client));
  const unknown = await refuseUnknown(database, rows.unknown);
  if (unknown) yield unknown;
  yield* gateRefusals(gate, draft.client_jurisdiction, now, draft.professional_id);
  if (!draft.outside_offer) yield* offerRefusals(gate, draft.service);
  if (client && gate.partnership?.state === 'active') {
    const faults = faultsOfAnswers(rows.form?.questions ?? null, client.intake ?? {}, '/client/intake');
    if (faults.length > 0) yield invalidInput(faults);
  }
  if (consent && consent.method !== 'hosted')
    yield* thrownBy(() => requireUsableConsent(consent, consentContextOf(rows, draft, now)));
  if (draft.source !== undefined && rows.source?.cancelled_at !== null)
    yield invalidInput([
      { pointer: '/source', detail: 'must be a joint event of yours that was not cancelled' },
    ]);
  // Of a row that is not there all is undefined: it was asked for where `previous_id` is.
  if (previous) yield* thrownBy(() => requirePrevious(vault, previous, senderId, client, now));
  if (open && !draft.allow_duplicate) {
    yield new Problem(
      'duplicate_referral',
      `The referral ${open.id} of this client to this practice is open.`,
      { referral_id: open.id },
    );
  }
  if (lastWaiting) {
    const detail = `${WAITING_PER_RECEIVER_MAX} of your referrals wait at this practice: send more when some are answered, or withdraw some.`;
    yield new Problem('limit_reached', detail);
  }
}
