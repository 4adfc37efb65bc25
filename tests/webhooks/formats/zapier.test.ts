import * as v from 'valibot';
import { expect, test } from 'vitest';
import { EVENT_TYPE_NAMES } from '../../../src/ledger/event-types.ts';
import {
  sampleOf,
  ZapierSampleSchema,
  ZapierSubscriptionSchema,
} from '../../../src/webhooks/formats/zapier.ts';
import { zapierOperations } from '../../../src/webhooks/zapier.routes.ts';

test.each(EVENT_TYPE_NAMES)('%s has a sample with an id, in one level of plain values', (type) => {
  for (const detail of ['thin', 'full'] as const) {
    const sample = sampleOf(type, detail);
    expect(v.is(ZapierSampleSchema, sample)).toBe(true);
    expect(sample).toHaveLength(1);
    expect(sample[0]?.id).toMatch(/^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
    expect(sample[0]?.type).toBe(type);
    for (const value of Object.values(sample[0] ?? {})) expect(typeof value).not.toBe('object');
  }
});

test('a thin sample shows no client field; a full one of a referral shows those that Zaps may use', () => {
  expect(Object.keys(sampleOf('referral.accepted', 'thin')[0] ?? {}).join()).not.toContain('client_');
  expect(sampleOf('referral.accepted', 'full')[0]).toMatchObject({
    client_email: 'robin@client.example',
    client_name: 'Robin Example',
    state: 'accepted',
  });
});

test('a subscription names one known event and a URL', () => {
  const subscription = { event: 'referral.sent', targetUrl: 'https://hooks.zapier.com/hooks/standard/1/2/' };
  expect(v.is(ZapierSubscriptionSchema, subscription)).toBe(true);
  for (const change of [{ event: 'referral.unknown' }, { targetUrl: 'no url' }, { surprise: 1 }])
    expect(v.is(ZapierSubscriptionSchema, { ...subscription, ...change })).toBe(false);
});

test('the operations have ids and paths of their own', () => {
  expect(zapierOperations.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/zapier/hooks',
    'DELETE /v1/zapier/hooks/{endpoint_id}',
    'GET /v1/zapier/samples',
  ]);
});
