/** Each part of the cron trigger, beside all that is stored and with a backlog that waits: as the minute itself logs it. */
import type { Exchange } from '../../tests/support/harness.ts';
import { percentile } from '../support.ts';

const MINUTES_COUNT = 5;

export interface MeasuredPart {
  readonly name: string;
  readonly statements: number;
  readonly read: number;
  readonly written: number;
  readonly p50_ms: number;
}

interface Ran {
  readonly name: string;
  readonly duration_ms: number;
  readonly statements: number;
  readonly rows_read: number;
  readonly rows_written: number;
}

export async function measureMinute(exchange: Exchange): Promise<MeasuredPart[]> {
  // What the loading left to do once, such as first checks, is done before.
  await exchange.minute();
  const from = exchange.logs.length;
  for (let minutes = 0; minutes < MINUTES_COUNT; minutes += 1) await exchange.minute();
  const ran = exchange.logs
    .slice(from)
    .filter((line) => line.includes('"parts"'))
    .flatMap((line) => (JSON.parse(line.slice(line.indexOf('{'))) as { parts: Ran[] }).parts);
  return [...Map.groupBy(ran, ({ name }) => name)].map(([name, runs]) => {
    const most = (of: (one: Ran) => number) => Math.max(...runs.map(of));
    return {
      name,
      statements: most(({ statements }) => statements),
      read: most(({ rows_read }) => rows_read),
      written: most(({ rows_written }) => rows_written),
      p50_ms: percentile(
        runs.map(({ duration_ms }) => duration_ms),
        50,
      ),
    };
  });
}
