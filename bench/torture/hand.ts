/** How somebody asks for something, and what is kept of it for the checker. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Call, Exchange } from '../../tests/support/harness.ts';
import type { Practice } from '../../tests/support/world.ts';
import type { Act } from './observed.ts';

/** How often of ten somebody whose request was cut off asks again, with the same key. */
const REPEATS_OF_TEN = 7;

export interface Asked extends Pick<Act, 'name' | 'referralId'> {
  readonly practice: Practice | null;
  readonly clientName?: string;
}

export interface Hand {
  readonly exchange: Exchange;
  readonly random: () => number;
  readonly acts: Act[];
  readonly pick: <T>(all: readonly T[]) => T;
  readonly shuffle: <T>(all: readonly T[]) => T[];
  /** Sends it, and keeps what came of it; once more with its key where it was cut off, as a good client would. */
  readonly act: (what: Asked, path: string, call: Call) => Promise<Answer | null>;
  /** Keeps what was asked in another way than by a key. */
  readonly note: (act: Pick<Act, 'name' | 'referralId' | 'at' | 'status'>) => void;
  /** On a page: what is pressed may be done or not where the answer is cut off, and nobody can tell by a key. */
  readonly press: (what: Pick<Act, 'name' | 'referralId'>, work: () => Promise<Answer>) => Promise<void>;
  /** What can only be read, until it is: the server may be dead just now. */
  readonly read: (practice: Practice, path: string) => Promise<Answer>;
}

export function handOn(exchange: Exchange, random: () => number): Hand {
  const acts: Act[] = [];
  const keep = (act: Omit<Act, 'number'>) => acts.push({ number: acts.length, ...act });

  async function act(what: Asked, path: string, call: Call): Promise<Answer | null> {
    const idempotencyKey =
      what.practice && call.method !== 'DELETE' && call.method !== 'PATCH' ? randomUUID() : null;
    const twice = idempotencyKey !== null && random() < 0.05;
    const once = async (): Promise<Answer | null> => {
      const at = Date.now();
      const headers = { ...call.headers, ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}) };
      const answer = await exchange
        .call(what.practice?.key ?? null, path, { ...call, headers })
        .catch(() => null);
      keep({
        name: what.name,
        practiceId: what.practice?.id ?? null,
        referralId: what.referralId,
        idempotencyKey,
        at,
        status: answer?.status ?? null,
        resourceId: answer?.body?.id ?? null,
        clientName: what.clientName ?? null,
      });
      return answer;
    };
    const [first] = await Promise.all(twice ? [once(), once()] : [once()]);
    let answer = first ?? null;
    const isOpen = () => answer === null || answer.status === 503;
    while (isOpen() && idempotencyKey !== null && random() * 10 < REPEATS_OF_TEN) {
      await sleep(500);
      answer = await once();
    }
    return answer;
  }

  const note: Hand['note'] = (noted) =>
    keep({ practiceId: null, idempotencyKey: null, resourceId: null, clientName: null, ...noted });

  return {
    exchange,
    random,
    acts,
    pick: (all) => all[Math.floor(random() * all.length)] as (typeof all)[number],
    shuffle: (all) =>
      all
        .map((one) => ({ one, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one),
    act,
    note,
    press: async (what, work) => {
      const at = Date.now();
      const answer = await work().catch(() => null);
      // A page that comes back says in words whether it was done: the events tell.
      note({ ...what, at, status: answer !== null && answer.status >= 500 ? answer.status : null });
    },
    read: async ({ key }, path) => {
      for (;;) {
        const answer = await exchange.call(key, path).catch(() => null);
        if (answer !== null && answer.status < 500) return answer;
        await sleep(500);
      }
    },
  };
}

/** A name that nobody else has, without a digit. */
export const nextClientName = ({ acts }: Hand) =>
  `Zebraclient${randomUUID().replaceAll(/[^a-f]/g, '')}${acts.length}`.replaceAll(/\d/g, (digit) =>
    String.fromCharCode(103 + Number(digit)),
  );

export const wishFor = (clientName: string) => ({
  service: 'interview_coaching',
  reason: 'testing_needed',
  client_jurisdiction: 'US-NE',
  client: {
    identity: { given_name: 'Quillon', family_name: clientName },
    contact: { email: `${clientName.toLowerCase()}@client.example` },
    reason: 'Wants another field of work.',
    background: 'Fifteen years in retail.',
    notes: 'Prefers mornings.',
  },
});

/** The client is asked on our page. */
export const HOSTED = { method: 'hosted', purposes: ['Career counseling'] };
