/** How long calls take, one after the other and sixteen at a time. */
import { percentile } from '../support.ts';

export const CONCURRENCY = 16;

export interface Timing {
  readonly count: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  readonly per_second: number;
}

export const rounded = (value: number) => Math.round(value * 100) / 100;

export function timingOf(milliseconds: readonly number[], wallMs: number): Timing {
  return {
    count: milliseconds.length,
    p50_ms: rounded(percentile(milliseconds, 50)),
    p95_ms: rounded(percentile(milliseconds, 95)),
    p99_ms: rounded(percentile(milliseconds, 99)),
    per_second: rounded((milliseconds.length * 1000) / wallMs),
  };
}

/** Does each of the works once, so many of them at the same time. */
export async function time(works: readonly (() => Promise<unknown>)[], concurrency: number): Promise<Timing> {
  const milliseconds: number[] = [];
  const left = [...works];
  const startedAt = performance.now();
  const worker = async () => {
    for (let work = left.shift(); work; work = left.shift()) {
      const beganAt = performance.now();
      await work();
      milliseconds.push(performance.now() - beganAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return timingOf(milliseconds, performance.now() - startedAt);
}
