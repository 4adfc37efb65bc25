/**
 * How long the steps of the main loop take on this machine: `npm run bench`. Figures, never pass or fail: machines
 * are noisy. The Worker runs in workerd with a local D1 and Queue; the CRM is an HTTP server on this machine. How long webhooks take
 * is measured by `npm run bench:delivery`.
 */

import build from '../tests/support/build.ts';
import { type Answer, startExchange } from '../tests/support/harness.ts';
import { startReceiver } from '../tests/support/receiver.ts';
import { createWorld, expectStatus, move, referralInput } from '../tests/support/world.ts';
import { percentile, shown } from './support.ts';

const ROUNDS = 200;
const WARM_UP_ROUNDS = 20;

await build();
const exchange = await startExchange();
const world = await createWorld(exchange);
const crm = await startReceiver();
expectStatus(
  await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url: crm.url } }),
  201,
);

interface Step {
  readonly milliseconds: number[];
  cost: Answer['cost'];
}
const steps = new Map<string, Step>();

async function measure(name: string, round: number, act: () => Promise<Answer>): Promise<Answer> {
  const startedAt = performance.now();
  const answer = await act();
  const step = steps.get(name) ?? { milliseconds: [], cost: answer.cost };
  step.cost = answer.cost;
  if (round >= 0) step.milliseconds.push(performance.now() - startedAt);
  steps.set(name, step);
  return answer;
}

const month = new Date().toISOString().slice(0, 7);
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
  const body = referralInput(world.receiver);
  const sent = await measure('send a referral', round, () =>
    exchange.call(world.sender.key, '/v1/referrals', { body }),
  );
  const { id } = expectStatus(sent, 201).body;
  await crm.waitForType('referral.sent', id);
  await measure('read the preview', round, () => exchange.call(world.receiver.key, `/v1/referrals/${id}`));
  await measure('accept', round, () => move(exchange, world.receiver, id, 'accept'));
  await measure('read the client', round, () => exchange.call(world.receiver.key, `/v1/referrals/${id}`));
  await measure('engage', round, () => move(exchange, world.receiver, id, 'engage'));
  await measure('list 25', round, () => exchange.call(world.sender.key, '/v1/referrals'));
  await measure('read 25 events', round, () => exchange.call(world.receiver.key, '/v1/events'));
}
for (let round = 0; round < ROUNDS / 10; round += 1) {
  const path = `/v1/reports/reciprocity?month=${month}`;
  await measure(`report over ${ROUNDS + WARM_UP_ROUNDS} referrals`, round, () =>
    exchange.call(world.sender.key, path),
  );
}

console.table(
  Object.fromEntries(
    [...steps].map(([name, { milliseconds, cost }]) => [
      name,
      {
        'p50 ms': shown(percentile(milliseconds, 50)),
        'p95 ms': shown(percentile(milliseconds, 95)),
        'D1 calls': cost.calls,
        'rows read': cost.read,
        'rows written': cost.written,
      },
    ]),
  ),
);
await crm.close();
await exchange.close();
