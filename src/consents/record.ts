/** A consent that was obtained elsewhere, made ready for the database. */
import { consentIdOf } from '../platform/db/ids.ts';
import { invalidInput, Problem } from '../platform/problem.ts';
import type { ReferralVault } from '../platform/vault/vault.ts';
import type { ConsentRow } from './consents.repository.ts';
import { consentPeriod, type ObtainedConsent } from './consents.schemas.ts';

export interface ConsentContext {
  readonly referralId: string;
  readonly keyId: string;
  readonly verbalAllowed: boolean;
  readonly discloseOnSend: boolean;
  readonly now: number;
  /** Where the consent stands in the body, for the pointers of faults. */
  readonly pointer: '' | '/consent';
}

/** @throws Problem where the consent cannot carry the referral: 403 verbal, 422 its times or its reach. */
export function requireUsableConsent(
  input: ObtainedConsent,
  context: Omit<ConsentContext, 'referralId' | 'keyId'>,
): void {
  if (input.method === 'verbal' && !context.verbalAllowed) {
    throw new Problem(
      'verbal_consent_not_allowed',
      'The operator has not allowed verbal consent for your practice.',
    );
  }
  if (context.discloseOnSend && !input.disclose_on_send) {
    throw invalidInput([
      {
        pointer: `${context.pointer}/disclose_on_send`,
        detail: 'must be true for a referral with `disclose: on_send`',
      },
    ]);
  }
  consentPeriod(input, context.now, context.pointer);
}

/** Who signed, and the proof, are sealed like the client's data: they name people. */
export async function toConsentRow(
  input: ObtainedConsent,
  context: ConsentContext,
  vault: ReferralVault,
): Promise<ConsentRow> {
  const id = consentIdOf(context.referralId);
  const { signed_by, representative_authority } = input;
  const proof = input.method === 'verbal' ? { heard_by: input.heard_by } : { reference: input.reference };
  return {
    id,
    referral_id: context.referralId,
    method: input.method,
    categories: input.categories,
    directions: input.directions,
    sealed_purposes: await vault.seal('consents.sealed_purposes', input.purposes, id),
    disclose_on_send: input.disclose_on_send,
    part2: input.part2,
    notice_version: input.notice_version ?? null,
    language: input.language,
    sealed_signature: await vault.seal(
      'consents.sealed_signature',
      { signed_by, representative_authority, ...proof },
      id,
    ),
    ...consentPeriod(input, context.now, context.pointer),
    text_hash: null,
    sealed_text: null,
    expiry_noted_at: null,
    revoked_at: null,
    recorded_by_key_id: context.keyId,
    recorded_at: context.now,
  };
}
