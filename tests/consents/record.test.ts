import { describe, expect, test } from 'vitest';
import {
  allowsFeedback,
  CONSENT_DAYS_DEFAULT,
  CONSENT_DAYS_MAX,
  type ObtainedConsent,
} from '../../src/consents/consents.schemas.ts';
import { requireUsableConsent, toConsentRow } from '../../src/consents/record.ts';
import type { Problem } from '../../src/platform/problem.ts';
import { Vault } from '../../src/platform/vault/vault.ts';
import { settings } from '../support/engine.ts';

const DAY = 86_400_000;
const now = Date.UTC(2026, 9, 5);
const common = {
  categories: ['identity', 'contact'],
  directions: ['forward'],
  purposes: ['Testing'],
  granted_at: now - DAY,
  expires_at: undefined,
  signed_by: 'Robin Example',
  disclose_on_send: false,
  part2: false,
  language: 'en',
} satisfies Partial<ObtainedConsent>;
const written: ObtainedConsent = { ...common, method: 'written', reference: 'folder 7' };
const verbal: ObtainedConsent = { ...common, method: 'verbal', heard_by: 'Sam Sender' };
const context = { verbalAllowed: false, discloseOnSend: false, now, pointer: '/consent' } as const;

function refusalOf(input: ObtainedConsent, changes: { readonly discloseOnSend?: true }): string {
  try {
    requireUsableConsent(input, { ...context, ...changes });
  } catch (error) {
    const { code, members } = error as Problem;
    const faults = (members.errors ?? []) as readonly { readonly pointer: string }[];
    return [code, ...faults.map(({ pointer }) => pointer)].join(' ');
  }
  return 'none';
}

describe('a consent that cannot carry the referral is refused, and it is said where', () => {
  test.each([
    ['written', written, {}, 'none'],
    ['verbal, not allowed', verbal, {}, 'verbal_consent_not_allowed'],
    [
      'that does not cover a disclosure at once',
      written,
      { discloseOnSend: true },
      'invalid_input /consent/disclose_on_send',
    ],
    [
      'that covers a disclosure at once',
      { ...written, disclose_on_send: true },
      { discloseOnSend: true },
      'none',
    ],
    ['of tomorrow', { ...written, granted_at: now + DAY }, {}, 'invalid_input /consent/granted_at'],
    ['of a clock that is a little ahead', { ...written, granted_at: now + 60_000 }, {}, 'none'],
    ['that has ended', { ...written, expires_at: now }, {}, 'invalid_input /consent/expires_at'],
    [
      'so old that its usual time is over',
      { ...written, granted_at: now - CONSENT_DAYS_DEFAULT * DAY },
      {},
      'invalid_input /consent/expires_at',
    ],
    [
      'for longer than a year',
      { ...written, expires_at: common.granted_at + CONSENT_DAYS_MAX * DAY + 1 },
      {},
      'invalid_input /consent/expires_at',
    ],
    ['for a year', { ...written, expires_at: common.granted_at + CONSENT_DAYS_MAX * DAY }, {}, 'none'],
  ] as const)('%s', (_name, input, changes, refusal) => {
    expect(refusalOf(input as ObtainedConsent, changes)).toBe(refusal);
  });
});

test('its row names nobody in the clear, and a consent granted in the future begins now', async () => {
  const { vault } = await new Vault(settings).createReferralVault('ref_1');
  const input = { ...written, granted_at: now + 60_000 };
  const row = await toConsentRow(input, { ...context, referralId: 'ref_1', keyId: 'key_1' }, vault);
  expect(JSON.stringify(row)).not.toMatch(/Robin|folder|Testing/);
  expect(row).toMatchObject({
    granted_at: now,
    expires_at: now + CONSENT_DAYS_DEFAULT * DAY,
    revoked_at: null,
  });
  await expect(vault.open('consents.sealed_signature', row.sealed_signature, row.id)).resolves.toEqual({
    signed_by: 'Robin Example',
    representative_authority: undefined,
    reference: 'folder 7',
  });
  expect(allowsFeedback(row, now)).toBe(false);
  expect(allowsFeedback({ ...row, directions: ['forward', 'feedback'] }, now)).toBe(true);
  expect(allowsFeedback({ ...row, directions: ['forward', 'feedback'], revoked_at: now }, now)).toBe(false);
  expect(allowsFeedback(undefined, now)).toBe(false);
});
