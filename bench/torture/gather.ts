/** What the exchange says of itself when all is quiet, by its own API, and what lies in its files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { D1_FOLDER } from '../../scripts/local/local-d1.ts';
import type { Exchange } from '../../tests/support/harness.ts';
import { expectStatus, type Practice, thisMonth } from '../../tests/support/world.ts';
import type { SeenEndpoint, SeenHistory, SeenPractice, SeenPrepared } from './observed.ts';
import type { Traffic } from './traffic.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Item = any;

const timeOf = (text: string | null) => (text === null ? null : Date.parse(text));

export function gatherFrom(exchange: Exchange) {
  const read = async (key: string, path: string): Promise<Item> =>
    expectStatus(await exchange.call(key, path), 200).body;

  async function readAll(key: string, path: string): Promise<Item[]> {
    const all: Item[] = [];
    let next: string | null = `${path}?limit=100`;
    while (next !== null) {
      const { body, headers } = expectStatus(await exchange.call(key, next), 200);
      all.push(...body.data);
      const [, url] = /<([^>]+)>; rel="next"/.exec(headers.get('Link') ?? '') ?? [];
      next = url ? url.replace(/^https?:\/\/[^/]+/, '') : null;
    }
    return all;
  }

  async function readEndpoint({ key }: Practice, id: string, since: number): Promise<SeenEndpoint> {
    const endpoint = await read(key, `/v1/webhook-endpoints/${id}`);
    const deliveries = await readAll(key, `/v1/webhook-endpoints/${id}/deliveries`);
    return {
      id,
      since,
      enabled: endpoint.enabled,
      eventTypes: endpoint.event_types,
      deliveries: deliveries.map((one) => ({
        id: one.id,
        eventId: one.event_id,
        state: one.state,
        nextAttemptAt: timeOf(one.next_attempt_at),
      })),
    };
  }

  async function readPractice(practice: Practice, { lasting }: Traffic): Promise<SeenPractice> {
    const { id, key } = practice;
    const events = await readAll(key, '/v1/events');
    const referrals = await readAll(key, '/v1/referrals');
    const month = thisMonth();
    const { totals } = await read(key, `/v1/reports/reciprocity?month=${month}`);
    const own = lasting.filter((one) => one.practice.id === id);
    return {
      id,
      events: events.map((event) => ({
        id: event.id,
        type: event.type,
        at: Date.parse(event.timestamp),
        sequence: event.data.sequence ?? null,
        actor: event.data.actor,
        referralId: event.data.referral_id ?? null,
        endpointId: event.data.endpoint_id ?? null,
      })),
      referrals: referrals.map(({ id, direction, state }) => ({ id, direction, state })),
      endpoints: await Promise.all(own.map(({ hook, since }) => readEndpoint(practice, hook.id, since))),
      report: { givenCount: totals.referrals.given, receivedCount: totals.referrals.received },
    };
  }

  async function readHistory(
    { id, key }: Practice,
    referralId: string,
  ): Promise<Omit<SeenHistory, 'disclosures'>> {
    const ledger = await read(key, `/v1/referrals/${referralId}/ledger`);
    const referral = await read(key, `/v1/referrals/${referralId}`);
    const { consent } = referral;
    return {
      referralId,
      senderId: id,
      isChainIntact: ledger.intact !== false,
      consent: consent && {
        from: timeOf(consent.granted_at) ?? 0,
        until: timeOf(consent.revoked_at) ?? timeOf(consent.expires_at) ?? Number.POSITIVE_INFINITY,
        categories: consent.categories ?? ['identity', 'contact', 'reason', 'background', 'notes'],
      },
    };
  }

  async function readPrepared({ key }: Practice, id: string): Promise<SeenPrepared> {
    const { status, body } = await exchange.call(key, `/v1/prepared-referrals/${id}`);
    return status === 404
      ? { id, state: null, referralId: null }
      : { id, state: body.state, referralId: body.referral_id };
  }

  return { readPractice, readHistory, readPrepared };
}

/** The log as it lies in the database: a sender may not list all of it. */
export function readDisclosures(stateDirectory: string): Map<string, SeenHistory['disclosures'][number][]> {
  const folder = join(stateDirectory, 'v3', D1_FOLDER);
  const [name] = readdirSync(folder).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file)) as [string];
  const database = new DatabaseSync(join(folder, name), { readOnly: true });
  const rows = database
    .prepare(
      `select logged.referral_id, referral.receiver_practice_id as practice_id, logged.disclosed_at, logged.categories
       from disclosures as logged join referrals as referral on referral.id = logged.referral_id`,
    )
    .all() as { referral_id: string; practice_id: string; disclosed_at: number; categories: string }[];
  database.close();
  const log = new Map<string, SeenHistory['disclosures'][number][]>();
  for (const { referral_id, practice_id, disclosed_at, categories } of rows) {
    const one = { at: disclosed_at, practiceId: practice_id, categories: JSON.parse(categories) };
    log.set(referral_id, [...(log.get(referral_id) ?? []), one]);
  }
  return log;
}

/** Of these names those that can be read in any file of the state folder. */
export function findInClear(stateDirectory: string, names: readonly string[]): string[] {
  const files = readdirSync(stateDirectory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.sqlite(-wal)?$/.test(path),
  );
  const contents = files.map((path) => readFileSync(join(stateDirectory, path)));
  return names.filter((name) => contents.some((content) => content.includes(name)));
}
