/** Each part of the cron trigger, beside all that is stored and with a backlog that waits: as the minute itself logs it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../tests/support/harness.ts';
import { percentile } from '../support.ts';

const MINUTES_COUNT = 5;
const SETTLING_MINUTES_MAX = 120;
/** For what the minute has told to leave. */
const SETTLING_MS = 2000;
/** The recheck of the history notes where it is. */
const SETTLED_ROWS_WRITTEN = 20;

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
  const minutes = async (count: number) => {
    const from = exchange.logs.length;
    for (let run = 0; run < count; run += 1) await exchange.minute();
    return exchange.logs
      .slice(from)
      .filter((line) => line.includes('"parts"'))
      .flatMap((line) => (JSON.parse(line.slice(line.indexOf('{'))) as { parts: Ran[] }).parts);
  };
  // What the loading left to do once, such as deadlines of months ago, is done before.
  for (let run = 0; run < SETTLING_MINUTES_MAX; run += 1) {
    const parts = await minutes(1);
    if (parts.every(({ rows_written }) => rows_written <= SETTLED_ROWS_WRITTEN)) break;
    await sleep(SETTLING_MS);
  }
  const ran = await minutes(MINUTES_COUNT);
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
