/** What the measurements share. */
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The smallest value that is not below so many of them (nearest rank). */
export const percentile = (values: readonly number[], percent: number) => {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)] ?? 0;
};

export const shown = (milliseconds: number) => milliseconds.toFixed(1);

export const percentiles = (milliseconds: readonly number[]) => ({
  'p50 ms': shown(percentile(milliseconds, 50)),
  'p95 ms': shown(percentile(milliseconds, 95)),
  'p99 ms': shown(percentile(milliseconds, 99)),
});

/** The processors' time so far, of all programs. */
export function readProcessors(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((one) => one.times);
  const all = times.flatMap((one) => Object.values(one)).reduce((sum, time) => sum + time, 0);
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), all };
}

export const shownLoad = () => loadavg().map((load) => load.toFixed(2))[0];

/** Without which the figures say nothing. */
export function describeMachine(): string {
  const { version } = createRequire(import.meta.url)('wrangler/package.json') as { version: string };
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  return `${cpus()[0]?.model.trim() || 'unknown processor'}, ${availableParallelism()} cores, ${memory}; Node ${process.versions.node}, wrangler ${version}; ${process.platform}; load average ${shownLoad()}`;
}
