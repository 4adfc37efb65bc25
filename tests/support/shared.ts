/**
 * The exchange and the two practices that all tests of a file share. The files of a worker run one after the other: what
 * is imported from here is always the running file's own.
 */
import { afterAll, beforeAll } from 'vitest';
import { type ConfigChange, type Exchange, startExchange } from './harness.ts';
import { createWorld, type World } from './world.ts';

export let exchange: Exchange;
export let world: World;

/** At the top of a file, before its own hooks. */
export function useWorld(change?: ConfigChange): void {
  beforeAll(async () => {
    exchange = await startExchange(change);
    world = await createWorld(exchange);
  });
  afterAll(() => exchange.close());
}
