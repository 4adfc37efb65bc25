/** What a receiver can do wrong, and what the exchange is to make of it. */
import type { ServerResponse } from 'node:http';
import { answering, type Behaviour } from './receiver.ts';

const SECOND_MS = 1000;

export interface Fault {
  readonly fault: string;
  readonly behaves: Behaviour;
  /** A status, or the kind of error where there was no whole answer. */
  readonly is: number | 'timeout' | 'connection';
  readonly ends: 'delivered' | 'retried' | 'disabled';
  /** From the end of the first attempt to the second one. */
  readonly waitMs: readonly [min: number, max: number] | null;
}

/** The first wait of the schedule is 5 seconds, by chance up to a fifth shorter. */
export const USUAL_WAIT_MS = [4 * SECOND_MS, 5 * SECOND_MS] as const;
const BUSY_WAIT_MS = [60 * SECOND_MS, 60 * SECOND_MS] as const;
const ASKED_WAIT_MS = [90 * SECOND_MS, 90 * SECOND_MS] as const;
/** A date has no fractions of a second, and the answer is older than the end of the attempt. */
const DATED_WAIT_MS = [60 * SECOND_MS, 100 * SECOND_MS] as const;
const LONGEST_WAIT_MS = [120 * SECOND_MS, 120 * SECOND_MS] as const;

const delivered = (status: number) => ({ is: status, ends: 'delivered', waitMs: null }) as const;
const retried = (is: Fault['is'], waitMs: NonNullable<Fault['waitMs']> = USUAL_WAIT_MS) =>
  ({ is, ends: 'retried', waitMs }) as const;

/** Until the other side leaves. */
function repeat(response: ServerResponse, everyMs: number, act: () => void): void {
  const timer = setInterval(act, everyMs);
  response.on('close', () => clearInterval(timer));
}
const tooMany =
  (retryAfter: () => string): Behaviour =>
  (response) =>
    response.writeHead(429, { 'Retry-After': retryAfter() }).end('slow down');

/** @param elsewhere where a redirect leads */
export const faultsOf = (elsewhere: string): readonly Fault[] => [
  { fault: '200', behaves: answering(200), ...delivered(200) },
  { fault: '204', behaves: (response) => response.writeHead(204).end(), ...delivered(204) },
  { fault: '301', behaves: answering(301, { Location: elsewhere }), ...retried(301) },
  { fault: '400', behaves: answering(400), ...retried(400) },
  { fault: '401', behaves: answering(401), ...retried(401) },
  { fault: '404', behaves: answering(404), ...retried(404) },
  { fault: '410', behaves: answering(410), is: 410, ends: 'disabled', waitMs: null },
  {
    fault: '429 with Retry-After in seconds',
    behaves: tooMany(() => '90'),
    ...retried(429, ASKED_WAIT_MS),
  },
  {
    fault: '429 with a date as Retry-After',
    behaves: tooMany(() => new Date(Date.now() + 100 * SECOND_MS).toUTCString()),
    ...retried(429, DATED_WAIT_MS),
  },
  {
    fault: '429 with garbage as Retry-After',
    behaves: tooMany(() => 'soon, I hope'),
    ...retried(429, BUSY_WAIT_MS),
  },
  {
    fault: '429 with a huge Retry-After',
    behaves: tooMany(() => '9'.repeat(30)),
    ...retried(429, LONGEST_WAIT_MS),
  },
  { fault: '500', behaves: answering(500), ...retried(500) },
  { fault: '502', behaves: answering(502), ...retried(502, BUSY_WAIT_MS) },
  {
    fault: 'an endless body',
    behaves: (response) => {
      response.writeHead(200);
      // Three bytes a character: who takes characters for bytes keeps too much.
      repeat(response, 1, () => response.write('€'.repeat(500)));
    },
    ...delivered(200),
  },
  { fault: 'a reset', behaves: (response) => response.socket?.resetAndDestroy(), ...retried('connection') },
  {
    fault: 'a reset within the body',
    behaves: (response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('half of it', () => response.socket?.resetAndDestroy());
    },
    ...retried('connection'),
  },
  { fault: 'a hang', behaves: () => undefined, ...retried('timeout', BUSY_WAIT_MS) },
  {
    fault: 'a dripping body',
    behaves: (response) => {
      response.writeHead(200);
      repeat(response, 200, () => response.write('.'));
    },
    ...retried('timeout', BUSY_WAIT_MS),
  },
  {
    fault: 'slow headers',
    behaves: (response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      repeat(response, 200, () => response.socket?.write('.'));
    },
    ...retried('timeout', BUSY_WAIT_MS),
  },
];
