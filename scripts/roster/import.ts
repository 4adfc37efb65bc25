/** Sends a roster in parts. What the exchange has taken before an interruption is not sent again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LINES_PER_PART_MAX } from '../../src/verification/rosters/lines.ts';
import type { ReadLine, RosterLine } from './lines.ts';

export interface RosterTarget {
  readonly origin: string;
  readonly operatorKey: string;
  readonly boardId: string;
  readonly asOf: string;
  readonly source: string;
}

interface Told {
  readonly advance: (count: number) => void;
  readonly reject: (rejected: { readonly line: number | null; readonly reason: string }) => void;
}

export interface Imported {
  readonly rosterId: string;
  readonly accepted: number;
  /** Taken before this start. */
  readonly skipped: number;
  readonly rejected: number;
  /** Null where the exchange does not say what a request costs. */
  readonly rowsWritten: number | null;
}

const TRIES_MAX = 6;

class Caller {
  rowsWritten: number | null = null;
  readonly #target: RosterTarget;

  constructor(target: RosterTarget) {
    this.#target = target;
  }

  /** Every call may be repeated: a part that was taken is the same when it is sent again. */
  async post<T>(path: string, body?: unknown): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(this.#target.origin + path, {
        method: 'POST',
        headers: { Authorization: `Bearer ${this.#target.operatorKey}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch((error: unknown) => error as Error);
      if (!(answer instanceof Error) && answer.ok) {
        const [, written] = /written=(\d+)/.exec(answer.headers.get('Server-Timing') ?? '') ?? [];
        if (written !== undefined) this.rowsWritten = (this.rowsWritten ?? 0) + Number(written);
        return (await answer.json()) as T;
      }
      const passes = answer instanceof Error || answer.status === 429 || answer.status >= 500;
      if (!passes || tries === TRIES_MAX) {
        const words = answer instanceof Error ? answer.message : `${answer.status} ${await answer.text()}`;
        throw new Error(`POST ${path}: ${words}`);
      }
      const seconds = answer instanceof Error ? 1 : Number(answer.headers.get('Retry-After') ?? 1);
      await sleep(Math.max(1, seconds) * 1000);
    }
  }
}

/** @throws Error where the exchange refuses it; a second start goes on */
export async function importRoster(
  target: RosterTarget,
  fingerprint: string,
  lines: AsyncIterable<ReadLine>,
  told: Told,
): Promise<Imported> {
  const caller = new Caller(target);
  const { id: rosterId, last_line: taken } = await caller.post<{ id: string; last_line: number }>(
    `/v1/boards/${target.boardId}/rosters`,
    { as_of: target.asOf, source: target.source, fingerprint },
  );
  let [accepted, skipped, rejected] = [0, 0, 0];
  let part: RosterLine[] = [];
  const flush = async () => {
    if (part.length === 0) return;
    const answer = await caller.post<{ rejected: { line: number | null; reason: string }[] }>(
      `/v1/rosters/${rosterId}/lines`,
      { lines: part },
    );
    for (const one of answer.rejected) told.reject(one);
    rejected += answer.rejected.length;
    accepted += part.length - answer.rejected.length;
    told.advance(part.length);
    part = [];
  };
  for await (const read of lines) {
    if ('reason' in read) {
      rejected += 1;
      told.reject(read);
      told.advance(1);
    } else if (read.line <= taken) {
      accepted += 1;
      skipped += 1;
      told.advance(1);
    } else {
      part.push(read.value);
      if (part.length === LINES_PER_PART_MAX) await flush();
    }
  }
  await flush();
  await caller.post(`/v1/rosters/${rosterId}/complete`);
  return { rosterId, accepted, skipped, rejected, rowsWritten: caller.rowsWritten };
}
