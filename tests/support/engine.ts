/**
 * The delivery engine in plain Node, on a real D1 with the project's migrations: its clock, chance, queue and
 * receivers are in the test's hand, so that 75 hours take no time and any fault can be had.
 */
import type { SQLInputValue } from 'node:sqlite';
import fc from 'fast-check';
import type { Settings } from '../../src/env.ts';
import type { EventType } from '../../src/ledger/event-types.ts';
import { type NewEvent, recordEvent } from '../../src/ledger/outbox.ts';
import { Database } from '../../src/platform/db/database.ts';
import { newId } from '../../src/platform/db/ids.ts';
import { type DeliveryMessage, deliveryIdsIn } from '../../src/platform/queue.ts';
import { Vault } from '../../src/platform/vault/vault.ts';
import { deliver, sweepDeliveries } from '../../src/webhooks/engine/delivery.ts';
import { continueReplay, resumeReplays } from '../../src/webhooks/engine/replay.ts';
import { deleteOldHistory, giveUpStale, releaseForgotten } from '../../src/webhooks/engine/upkeep.ts';
import { secretPlace } from '../../src/webhooks/posting/attempt.ts';
import type { DeliveryContext } from '../../src/webhooks/posting/context.ts';
import { DELIVERY_AGE_MS_MAX } from '../../src/webhooks/posting/schedule.ts';
import { createSecret } from '../../src/webhooks/posting/signature.ts';
import { newDatabase, newMemoryDatabase } from './d1.ts';

export const settings: Settings = {
  production: false,
  publicOrigin: 'https://exchange.example',
  allowPrivateDestinations: false,
  dnsOverHttpsUrl: null,
  retentionMonths: 24,
  practiceRequestsPerMinute: 6000,
  operator: { name: 'Example Exchange', email: 'operator@exchange.example', address: '' },
  crisisLine: '',
  masterKeys: { current: 'k', keys: { k: btoa('k'.repeat(32)) } },
  linkKeys: { current: 'l1', keys: { l1: btoa('l'.repeat(32)) } },
  ledgerKeys: { current: 'h1', keys: { h1: btoa('h'.repeat(32)) } },
  blindIndexKey: btoa('b'.repeat(32)),
};

/** A process that dies at this point; `Database` puts its own word before it. */
const CRASH = 'crash';

async function surviving(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && error.message === `D1: ${CRASH}`)) throw error;
  }
}

export interface Post {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Says how a receiver answers, or throws as `fetch` does. */
export type Receive = (post: Post) => Response | Promise<Response>;

export const START = Date.UTC(2026, 9, 5, 14);

let isInMemory = false;
/** Of so many runs of a property in memory one is made on D1. */
const RUNS_FOR_ONE_ON_D1 = 50;

/** Tries a property of engines that it starts: often in memory, and sometimes on D1, where each call takes its time. */
export async function assertOnBoth<T>(property: fc.IAsyncProperty<T>, numRuns: number): Promise<void> {
  await fc.assert(property, { numRuns: Math.ceil(numRuns / RUNS_FOR_ONE_ON_D1) });
  isInMemory = true;
  try {
    await fc.assert(property, { numRuns });
  } finally {
    isInMemory = false;
  }
}

/** @param options in memory where rows are needed that D1 refuses, such as a thousand referrals of one statement */
export async function startEngine(
  receive: Receive,
  change: Partial<DeliveryContext> = {},
  { inMemory = isInMemory } = {},
) {
  const state = {
    now: START,
    random: 0,
    /** True where the process dies at this call of the database. */
    crashes: (_when: 'before' | 'after'): boolean => false,
    /** True where this message gets lost. */
    loses: (_message: DeliveryMessage): boolean => false,
    /** How often this message comes. */
    copies: (_message: DeliveryMessage): number => 1,
    /** Which of so many messages that are due is handed out next. */
    picks: (_dueCount: number): number => 0,
    /** True where the receiver of this one does not answer until `underWay` is told to. */
    hangs: (_post: Post): boolean => false,
  };
  const crash = (when: 'before' | 'after') => {
    if (state.crashes(when)) throw new Error(CRASH);
  };
  const { d1, sqlite } = inMemory ? newMemoryDatabase(crash) : await newDatabase(crash);
  sqlite.exec('pragma foreign_keys = on; pragma synchronous = off');
  const database = new Database(d1);
  const vault = new Vault(settings);
  /** What is on the queue, and when it is handed out. */
  const queued: { message: DeliveryMessage; at: number }[] = [];
  const enqueue = (message: DeliveryMessage, at: number) => {
    if (state.loses(message)) return;
    for (let copies = state.copies(message); copies > 0; copies -= 1) queued.push({ message, at });
  };
  const posts: Post[] = [];
  /** Deliveries whose receivers have not answered yet. */
  const underWay: { readonly post: Post; readonly answer: (response: Response) => Promise<void> }[] = [];
  /** Tells who handed out the message that its receiver hangs. */
  let hang = (_post: Post, _answer: (response: Response) => void) => {};

  const context: DeliveryContext = {
    database,
    vault,
    settings,
    queue: {
      send: async (message: DeliveryMessage, { delaySeconds = 0 } = {}) =>
        enqueue(message, state.now + delaySeconds * 1000),
      sendBatch: async (messages: { body: DeliveryMessage }[]) => {
        for (const { body } of messages) enqueue(body, state.now);
      },
    } as unknown as DeliveryContext['queue'],
    clock: () => state.now,
    random: () => state.random,
    fetcher: (async (url: string, init: RequestInit) => {
      const headers = init.headers as Record<string, string>;
      const post = {
        at: state.now,
        method: init.method ?? '',
        url,
        id: headers['webhook-id'] ?? '',
        headers,
        body: String(init.body ?? ''),
      };
      posts.push(post);
      return state.hangs(post) ? new Promise<Response>((resolve) => hang(post, resolve)) : receive(post);
    }) as typeof fetch,
    ...change,
  };

  const rows = <T = Record<string, unknown>>(text: string, ...values: SQLInputValue[]) =>
    sqlite.prepare(text).all(...values) as T[];

  /** Whoever is told of something. */
  const addPractice = (id: string) =>
    rows(
      `insert or ignore into practices (id, name, city, jurisdiction, time_zone, scope_of_services, services, assessments, languages, capacity, capacity_updated_at, created_at, updated_at)
       values (?, 'P', 'C', 'US-NE', 'UTC', 'S', '[]', '[]', '[]', 'accepting', 1, 1, 1)`,
      id,
    );
  for (const id of ['prc_owner', 'prc_other', 'prc_sender']) addPractice(id);

  /** For rows whose parents play no part: what the engine does with them is checked again. */
  async function withoutParents(fill: () => void | Promise<void>): Promise<void> {
    sqlite.exec('pragma foreign_keys = off');
    await fill();
    sqlite.exec('pragma foreign_keys = on');
  }

  async function addEndpoint(
    practiceId = 'prc_owner',
    url = `https://${newId('endpoint')}.example/hook`,
    { isConfirmed = true } = {},
  ) {
    const id = newId('endpoint');
    const secret = createSecret();
    addPractice(practiceId);
    rows(
      `insert into webhook_endpoints (id, practice_id, url, description, event_types, enabled, sealed_secret, created_at, updated_at, confirmed_at)
       values (?, ?, ?, '', '[]', 1, ?, ?, ?, ?)`,
      id,
      practiceId,
      url,
      await vault.sealSecret(secret, secretPlace(id)),
      state.now,
      state.now,
      isConfirmed ? state.now : null,
    );
    return { id, url, secret };
  }

  async function record<T extends EventType = 'partnership.paused'>(
    event: Partial<NewEvent<T>> = {},
  ): Promise<string[]> {
    const results = await database.batch(
      recordEvent(
        database.query,
        {
          type: 'partnership.paused',
          actor: 'inviter',
          referral: null,
          parties: { inviter: { practice_id: 'prc_owner' }, invitee: null },
          data: {},
          ...event,
        } as NewEvent<T>,
        state.now,
      ),
    );
    const ids = deliveryIdsIn(results);
    for (const delivery_id of ids) enqueue({ delivery_id }, state.now);
    return ids;
  }

  /** Returns when the work on it is done, or stands still because its receiver hangs. */
  async function handOut(message: DeliveryMessage): Promise<void> {
    const hanging = new Promise<void>((resolve) => {
      hang = (post, respond) => {
        const one = {
          post,
          answer: async (response: Response) => {
            underWay.splice(underWay.indexOf(one), 1);
            respond(response);
            await work;
          },
        };
        underWay.push(one);
        resolve();
      };
    });
    const work = surviving(() =>
      'replay_id' in message
        ? continueReplay(message.replay_id, context)
        : deliver(message.delivery_id, context, message.goes_on_until),
    );
    await Promise.race([work, hanging]);
  }

  /** Hands out what the queue owes by now, in its order if nothing else is wanted. */
  async function drain(): Promise<void> {
    for (;;) {
      const due = queued.filter(({ at }) => at <= state.now);
      const next = due[state.picks(due.length)];
      if (!next) return;
      queued.splice(queued.indexOf(next), 1);
      await handOut(next.message);
    }
  }

  /** The minute's work and all that follows from it. */
  async function minute(): Promise<void> {
    for (const part of [sweepDeliveries, giveUpStale, resumeReplays, releaseForgotten, deleteOldHistory])
      await surviving(() => part(context));
    await drain();
  }

  /** The next full minute in which the cron trigger would find something to do. */
  function nextMinute(): number {
    const [found] = rows<{ at: number | null }>(
      `select min(at) as at from (
         select min(max(d.next_attempt_at, coalesce(e.breaker_until, 0), coalesce(d.lease_until + 1, 0)),
           coalesce(d.queued_at, d.created_at) + ${DELIVERY_AGE_MS_MAX}) as at
         from deliveries as d join webhook_endpoints as e on e.id = d.endpoint_id where d.state = 'pending'
         union all select updated_at + 60001 from webhook_replays where finished_at is null)`,
    );
    const at = Math.max(found?.at ?? Number.POSITIVE_INFINITY, state.now + 1);
    return Math.ceil(at / 60_000) * 60_000;
  }

  /** Lets time pass, from one thing that is to happen to the next, until `end`. */
  async function runUntil(end: number): Promise<void> {
    for (;;) {
      await drain();
      const minuteAt = nextMinute();
      const next = Math.min(minuteAt, ...queued.map(({ at }) => at));
      if (next > end) break;
      state.now = next;
      if (next === minuteAt) await minute();
    }
    state.now = Math.max(state.now, end);
  }

  return {
    context,
    database,
    withoutParents,
    state,
    queued,
    posts,
    underWay,
    rows,
    addEndpoint,
    record,
    drain,
    minute,
    runUntil,
    vault,
  };
}

export type Engine = Awaited<ReturnType<typeof startEngine>>;
