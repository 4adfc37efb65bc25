/** Every operation of the document: what it asks D1, and how long it takes. */
import { startProgress } from '../../scripts/local/progress.ts';
import { type ExampleCall, exampleCalls } from '../../tests/support/calls.ts';
import { type DocumentedOperation, documented } from '../../tests/support/document.ts';
import type { Exchange } from '../../tests/support/harness.ts';
import { createWorld, type World } from '../../tests/support/world.ts';
import { type Cost, costOf, lookAt } from '../start.ts';
import { CONCURRENCY, type Timing, time } from './timing.ts';

/** A read is made once and asked again and again; whatever changes something is made anew for each. */
const READS = { alone: 20, together: 64 };
const WRITES = { alone: 5, together: CONCURRENCY };
/** So many share a world before its limits come near. */
const OPERATIONS_PER_WORLD = 1;

export interface Measured extends Cost {
  readonly name: string;
  readonly alone: Timing;
  readonly together: Timing;
}

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
  const { calls } = await lookAt(exchange, async () => seen?.());
  const alone = await time(await made(counts.alone), 1);
  const together = await time(await made(counts.together), CONCURRENCY);
  return { name: one.id, ...costOf(calls), alone, together };
}

export async function measureOperations(exchange: Exchange): Promise<Measured[]> {
  const progress = startProgress('operations', documented.length);
  const measured: Measured[] = [];
  let world = await createWorld(exchange);
  for (const [index, one] of documented.entries()) {
    if (index % OPERATIONS_PER_WORLD === 0) world = await createWorld(exchange);
    measured.push(await measure(exchange, world, one));
    progress.advance(1);
  }
  progress.stop();
  return measured;
}
