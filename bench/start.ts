/** The measured Worker on a database of its own: `bench/worker`, built as `wrangler deploy` builds the exchange. */
import { rmSync } from 'node:fs';
import build, { wrangler } from '../tests/support/build.ts';
import { type Exchange, startExchange } from '../tests/support/harness.ts';

const BUILT_BENCH = 'dist/bench';
/** What is measured is the exchange, not its refusals. */
const UNLIMITED = { PRACTICE_RATE_LIMIT: 1e9, ANONYMOUS_RATE_LIMIT: 1e9, PING_RATE_LIMIT: 1e9 };

export async function startBench(): Promise<Exchange> {
  await build();
  rmSync(BUILT_BENCH, { recursive: true, force: true });
  await wrangler('deploy', 'bench/worker/worker.ts', '--dry-run', '--outdir', BUILT_BENCH);
  return startExchange({ worker: BUILT_BENCH, rateLimits: UNLIMITED });
}

export interface Asked {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly read: number;
  readonly written: number;
}

/** What D1 is asked while something goes on, call by call. */
export async function lookAt<T>(
  { origin }: Exchange,
  work: () => Promise<T>,
): Promise<{ result: T; calls: Asked[][] }> {
  await fetch(`${origin}/bench/look`, { method: 'POST' });
  const result = await work();
  const calls = (await (await fetch(`${origin}/bench/seen`)).json()) as Asked[][];
  return { result, calls };
}

export interface Cost {
  readonly calls: number;
  readonly statements: number;
  readonly read: number;
  readonly written: number;
}

export const costOf = (calls: readonly (readonly Asked[])[]): Cost => ({
  calls: calls.length,
  statements: calls.flat().length,
  read: calls.flat().reduce((sum, { read }) => sum + read, 0),
  written: calls.flat().reduce((sum, { written }) => sum + written, 0),
});
