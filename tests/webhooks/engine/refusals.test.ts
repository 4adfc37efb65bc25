/** A receiver that refuses one record works: nothing of that speaks against its endpoint, and the refusal is seen. */
import { beforeEach, expect, test } from 'vitest';
import {
  addReferral,
  answer,
  DAY_MS,
  deliveries,
  endpointRow,
  eventTypes,
  setFormatOf,
} from '../../support/engine.steps.ts';
import { type Engine, type Receive, startEngine } from '../../support/engine.ts';

let engine: Engine;
let endpointId: string;
let receive: Receive;
beforeEach(async () => {
  receive = () => answer(500);
  engine = await startEngine((post) => receive(post));
  endpointId = (await engine.addEndpoint()).id;
});

const refuse = (message: string) => () =>
  new Response(
    JSON.stringify({
      status: 'error',
      message: 'The request is not valid',
      errors: [{ message, errorType: 'INVALID_EMAIL' }],
    }),
    { status: 400 },
  );
const useForm = async () => {
  await setFormatOf(engine, endpointId, 'hubspot_form', 'https://api.hsforms.com');
  await addReferral(engine);
};
let sequence = 0;
const send = async (data: Record<string, string> = {}) => {
  sequence += 1;
  await engine.record({
    type: 'referral.sent',
    actor: 'sender',
    referral: { id: 'ref_1', sequence },
    parties: { sender: null, receiver: { practice_id: 'prc_owner' } },
    data,
  });
  await engine.drain();
};
const health = () => {
  const { enabled, failures_count, breaker_until, last_failure, disabled_reason } = endpointRow(
    engine,
    endpointId,
  );
  return { enabled, failures_count, breaker_until, last_failure, disabled_reason };
};
const WELL = {
  enabled: 1,
  failures_count: 0,
  breaker_until: null,
  last_failure: null,
  disabled_reason: null,
};
const lastAttempt = () =>
  engine.rows<{ status: number; error: string; response_excerpt: string }>(
    'select * from attempts order by started_at desc, number desc limit 1',
  )[0];

test('what a CRM refuses of a record ends at once, is announced, and says in its words what and in ours what to do', async () => {
  await useForm();
  receive = refuse('Error in ‘fields.email’. Invalid email address');
  await send();
  expect(deliveries(engine)).toMatchObject([
    { state: 'exhausted', attempts_count: 1, next_attempt_at: null },
  ]);
  expect(lastAttempt()).toMatchObject({ status: 400, error: 'record_refused' });
  expect(lastAttempt()?.response_excerpt).toBe(
    'answered 400: the form does not take these fields: correct `fields`, `mapping` or the form, then retry the delivery (INVALID_EMAIL). It says: “The request is not valid Error in ‘fields.email’. Invalid email address”',
  );
  const [announced] = engine.rows<{ data: string }>(
    "select data from events where type = 'delivery.exhausted'",
  );
  expect(JSON.parse(announced?.data ?? '')).toMatchObject({
    endpoint_id: endpointId,
    reason: 'record_refused',
  });
});

test('twenty refused records over ten days neither open the breaker nor disable the endpoint of a quiet practice', async () => {
  await useForm();
  receive = refuse('no');
  for (let day = 0; day < 20; day += 1) {
    await send();
    await engine.runUntil(engine.state.now + DAY_MS / 2);
  }
  expect(health()).toEqual(WELL);
  expect(engine.posts).toHaveLength(20);
  expect(eventTypes(engine).filter((type) => type.startsWith('endpoint.'))).toEqual([]);
});

test('a refusal by a receiver that had failed shows that it works again', async () => {
  await useForm();
  for (let failure = 0; failure < 5; failure += 1) await send();
  expect(health()).toMatchObject({ failures_count: 5, last_failure: expect.anything() });
  receive = refuse('no');
  await engine.runUntil(engine.state.now + DAY_MS);
  expect(health()).toEqual(WELL);
  expect(eventTypes(engine)).toContain('endpoint.recovered');
});

test('a program of one’s own that answers 422 is asked again, as it is told anew each time, and is not taken for ill', async () => {
  receive = () => answer(422);
  await engine.record();
  await engine.runUntil(engine.state.now + 4 * DAY_MS);
  expect(deliveries(engine)).toMatchObject([{ state: 'exhausted', attempts_count: 11 }]);
  expect(health()).toEqual(WELL);
});

test('a request that is refused whatever it tells still counts: 401 opens the breaker', async () => {
  await useForm();
  receive = () => answer(401);
  for (let failure = 0; failure < 5; failure += 1) await send();
  expect(health()).toMatchObject({ failures_count: 5, last_failure: expect.anything() });
  expect(endpointRow(engine, endpointId).breaker_until).not.toBeNull();
});

test('what a CRM says of the record that it was asked for is kept in our words alone: it may name whom it knows', async () => {
  await setFormatOf(engine, endpointId, 'hubspot_contact', 'https://api.hubapi.com', {
    referral_id_property: 'referral_id',
  });
  await addReferral(engine);
  receive = () =>
    new Response('{"category":"VALIDATION_ERROR","message":"Quinn Typed, quinn@typed.example"}', {
      status: 400,
    });
  await send({ referral_id: 'ref_1' });
  expect(engine.posts.map(({ method }) => method)).toEqual(['GET']);
  expect(lastAttempt()).toMatchObject({ status: 400, error: 'record_refused' });
  expect(lastAttempt()?.response_excerpt).toMatch(/^answered 400: .*VALIDATION_ERROR/);
  expect(lastAttempt()?.response_excerpt).not.toMatch(/Quinn|typed/);
});
