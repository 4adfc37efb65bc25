import { expect, test } from 'vitest';
import { EVENT_TYPE_NAMES, ruleOf } from '../../src/ledger/event-types.ts';
import { type ReferralEvent, whoHears } from '../../src/referrals/change.ts';

const OF_REFERRALS = EVENT_TYPE_NAMES.filter((type) => /^(referral|consent)\./.test(type)) as ReferralEvent[];
const announce = (type: ReferralEvent, more: { needsFeedback?: boolean; feedback?: boolean } = {}) =>
  whoHears({ sent_at: 1 }, { type, actor: 'system', data: {}, ...more });

test('what may tell an outcome reaches the sender by the way back alone, also where nobody said anything of it', () => {
  const tellsOutcomes = OF_REFERRALS.filter((type) => ruleOf(type).needsFeedback !== undefined);
  expect(tellsOutcomes.length).toBeGreaterThan(5);
  for (const type of tellsOutcomes) {
    expect([type, announce(type).sender]).toEqual([type, false]);
    expect([type, announce(type, { feedback: false }).sender]).toEqual([type, false]);
    expect([type, announce(type, { feedback: true }).sender]).toEqual([type, true]);
    expect([type, announce(type, { needsFeedback: false }).sender]).toEqual([type, true]);
  }
});

test('nobody hears but those whom the table names, and the receiver nothing of what was not sent', () => {
  for (const type of OF_REFERRALS) {
    const { hears } = ruleOf(type);
    expect([type, announce(type, { feedback: true })]).toEqual([
      type,
      { sender: hears.includes('sender'), receiver: hears.includes('receiver') },
    ]);
    expect(whoHears({ sent_at: null }, { type, actor: 'system', data: {} }).receiver).toBe(false);
  }
});
