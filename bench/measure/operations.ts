/** Every operation of the document: what it asks D1, and how long it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgress } from '../../scripts/local/progress.ts';
import { type ExampleCall, exampleCalls } from '../../tests/support/calls.ts';
import { type DocumentedOperation, documented } from '../../tests/support/document.ts';
import type { Exchange } from '../../tests/support/harness.ts';
import { createWorld, type World } from '../../tests/support/world.ts';
import { type Cost, lookAt } from '../start.ts';
import { CONCURRENCY, type Timing, time } from './timing.ts';

/** A read is made once and asked again and again; whatever changes something is made anew for each. */
const READS = { alone: 20, together: 64 };
const WRITES = { alone: 5, together: CONCURRENCY };
const SETTLES_MS = 200;

export interface Measured extends Cost {
  readonly name: string;
  readonly alone: Timing;
  readonly together: Timing;
}

/** There may be only so many operator keys, and each world has one; the last one stays. */
const freeOperatorKeys = (exchange: Exchange) =>
  exchange.sql(`update api_keys set revoked_at = 1 where practice_id is null and revoked_at is null
    and id <> (select max(id) from api_keys where practice_id is null and revoked_at is null)`);

/** A practice may have only so many endpoints. */
const free = (exchange: Exchange, { sender, receiver }: World) =>
  exchange.sql(
    'update webhook_endpoints set deleted_at = 1, enabled = 0 where deleted_at is null and practice_id in (?, ?)',
    sender.id,
    receiver.id,
  );

async function measure(exchange: Exchange, world: World, one: DocumentedOperation): Promise<Measured> {
  const make = exampleCalls(exchange, world)[one.id];
  if (!make) throw new Error(`no example call for ${one.id}`);
  const perform = async ({ key, path, body }: ExampleCall) => {
    const call = { method: one.method, ...(body === undefined ? {} : { body }) };
    const answer = await exchange.call(key, path, call);
    if (answer.status >= 400) throw new Error(`${one.id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const isRead = one.method === 'GET';
  const made = async (count: number) => {
    await free(exchange, world);
    const calls: ExampleCall[] = [];
    const first = await make();
    for (let index = 0; index < count; index += 1) calls.push(isRead || index === 0 ? first : await make());
    return calls.map((call) => () => perform(call));
  };
  const counts = isRead ? READS : WRITES;
  const [warm, seen] = await made(2);
  await warm?.();
  // What was made for it may still be delivered: that is none of its cost.
  await sleep(SETTLES_MS);
  const { result, calls } = await lookAt(exchange, async () => seen?.());
  const cost = result?.cost ?? { calls: 0, read: 0, written: 0 };
  const alone = await time(await made(counts.alone), 1);
  const together = await time(await made(counts.together), CONCURRENCY);
  // By its own word; deliveries that it wakes come after it.
  return { name: one.id, statements: calls.slice(0, cost.calls).flat().length, ...cost, alone, together };
}

export async function measureOperations(exchange: Exchange): Promise<Measured[]> {
  const progress = startProgress('operations', documented.length);
  const measured: Measured[] = [];
  for (const one of documented) {
    await freeOperatorKeys(exchange);
    // A world of its own for each, before the limits of one come near.
    measured.push(await measure(exchange, await createWorld(exchange), one));
    progress.advance(1);
  }
  progress.stop();
  return measured;
}
