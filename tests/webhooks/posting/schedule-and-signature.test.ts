import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { ATTEMPT_DELAYS_MS, ATTEMPTS_MAX, nextAttemptAt } from '../../../src/webhooks/posting/schedule.ts';
import { createSecret, sign } from '../../../src/webhooks/posting/signature.ts';

describe('signature', () => {
  test.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
      1649367553,
      '{"email":"test@example.com","username":"test_user"}',
      'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
    ],
  ])('the vector of the specification holds: %s', async (secret, id, timestamp, body, signature) => {
    expect(await sign(secret, { id, timestamp, body })).toBe(signature);
  });

  test('the official package verifies what is signed, whatever the body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        const secret = createSecret();
        const timestamp = Math.floor(Date.now() / 1000);
        const signature = await sign(secret, { id: 'evt_1', timestamp, body });
        new Webhook(secret).verify(body, {
          'webhook-id': 'evt_1',
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signature,
        });
      }),
      { numRuns: 50 },
    );
  });

  test('a secret of another form is refused rather than signed with', async () => {
    await expect(
      sign('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', { id: 'a', timestamp: 1, body: '' }),
    ).rejects.toThrow('whsec_');
  });
});

describe('schedule', () => {
  const failed = { status: 500, error: null, retryAfter: null };
  const now = 1_700_000_000_000;

  test('there are 11 attempts over about 75 hours', () => {
    expect(ATTEMPTS_MAX).toBe(11);
    const hours = ATTEMPT_DELAYS_MS.reduce((sum, delay) => sum + delay, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(75);
    expect(hours).toBeLessThan(76);
    expect(nextAttemptAt(11, failed, now, 0)).toBeNull();
  });

  test('jitter goes downwards only, to four fifths', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (made, random) => {
          const wait = (nextAttemptAt(made, failed, now, random) ?? 0) - now;
          const base = ATTEMPT_DELAYS_MS[made] ?? 0;
          expect(wait).toBeLessThanOrEqual(base);
          expect(wait).toBeGreaterThanOrEqual(Math.floor(base * 0.8));
        },
      ),
    );
  });

  test.each([
    ['429 without Retry-After', { status: 429, error: null, retryAfter: null }, 60_000],
    ['429 with seconds below the floor', { status: 429, error: null, retryAfter: '1' }, 60_000],
    ['429 with seconds', { status: 429, error: null, retryAfter: '90' }, 90_000],
    ['429 with a huge number', { status: 429, error: null, retryAfter: '999999999' }, 120_000],
    ['429 with a number beyond all dates', { status: 429, error: null, retryAfter: '9'.repeat(30) }, 120_000],
    ['429 with garbage', { status: 429, error: null, retryAfter: 'soon, I hope' }, 60_000],
    [
      '429 with a date',
      { status: 429, error: null, retryAfter: new Date(now + 100_000).toUTCString() },
      100_000,
    ],
    [
      '429 with a date in the past',
      { status: 429, error: null, retryAfter: new Date(0).toUTCString() },
      60_000,
    ],
    ['502', { status: 502, error: null, retryAfter: null }, 60_000],
    ['504', { status: 504, error: null, retryAfter: null }, 60_000],
    ['a timeout', { status: null, error: 'timeout' as const, retryAfter: null }, 60_000],
    ['a refused connection', { status: null, error: 'connection' as const, retryAfter: null }, 5000],
    ['410', { status: 410, error: null, retryAfter: null }, 5000],
  ])('after the first attempt got %s it waits as the reference says', (_name, result, wait) => {
    expect((nextAttemptAt(1, result, now, 0) ?? 0) - now).toBe(wait);
  });
});
