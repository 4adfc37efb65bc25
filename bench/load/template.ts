/**
 * Lives of every kind, lived through the API, and their rows: whatever the schema is, what is loaded looks like what the
 * exchange writes.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Exchange } from '../../tests/support/harness.ts';
import type { startReceiver } from '../../tests/support/receiver.ts';
import { until } from '../../tests/support/until.ts';
import { consentInput, expectStatus, move, referralInput, type World } from '../../tests/support/world.ts';
import { KINDS, type Kind } from './shape.ts';

const DAY_MS = 86_400_000;
/** In the order in which their parents come before them. */
const TABLES = [
  ['referrals', 'id = ?'],
  ['client_records', 'referral_id = ?'],
  ['client_lookups', 'referral_id = ?'],
  ['consents', 'referral_id = ?'],
  ['events', 'referral_id = ?'],
  ['event_recipients', 'position in (select position from events where referral_id = ?)'],
  ['deliveries', 'position in (select position from events where referral_id = ?)'],
  ['disclosures', 'referral_id = ?'],
] as const;

export type Row = Record<string, SQLInputValue>;
export interface Template {
  readonly referralId: string;
  readonly sentAt: number;
  readonly rows: readonly { readonly table: string; readonly rows: readonly Row[] }[];
}

/** Of a table the columns that are stored. */
export const columnsOf = (sqlite: DatabaseSync, table: string): string[] =>
  (
    sqlite.prepare(`select name from pragma_table_xinfo('${table}') where hidden = 0`).all() as {
      name: string;
    }[]
  ).map(({ name }) => name);

async function liveAs(kind: Kind, exchange: Exchange, { sender, receiver }: World): Promise<string> {
  const granted_at = new Date(Date.now() - 1000);
  const consent = consentInput({
    granted_at: granted_at.toISOString(),
    expires_at: new Date(granted_at.getTime() + 365 * DAY_MS).toISOString(),
  });
  const body = referralInput(receiver, { consent });
  const { id } = expectStatus(await exchange.call(sender.key, '/v1/referrals', { body }), 201).body;
  const go = async (name: string, change: Record<string, unknown> = {}) =>
    expectStatus(await move(exchange, receiver, id, name, change), 200);
  expectStatus(await exchange.call(receiver.key, `/v1/referrals/${id}`), 200);
  if (kind === 'sent') return id;
  if (kind === 'declined') {
    await go('decline', { reason: 'at_capacity' });
    return id;
  }
  await go('accept');
  expectStatus(await exchange.call(receiver.key, `/v1/referrals/${id}`), 200);
  if (kind === 'not_engaged') await go('not-engaged', { reason: 'could_not_contact' });
  if (kind === 'engaged' || kind === 'completed') await go('engage');
  if (kind === 'completed') await go('complete');
  return id;
}

export async function makeTemplates(
  exchange: Exchange,
  world: World,
  crm: Awaited<ReturnType<typeof startReceiver>>,
  sqlite: DatabaseSync,
): Promise<ReadonlyMap<Kind, Template>> {
  for (const { key } of [world.sender, world.receiver])
    expectStatus(await exchange.call(key, '/v1/webhook-endpoints', { body: { url: crm.url } }), 201);
  const ids = new Map<Kind, string>();
  for (const kind of KINDS) ids.set(kind, await liveAs(kind, exchange, world));
  await until(
    () => exchange.sql<{ n: number }>("select count(*) as n from deliveries where state = 'pending'"),
    ([waiting]) => waiting?.n === 0,
  );
  return new Map(
    [...ids].map(([kind, referralId]) => {
      const rows = TABLES.map(([table, where]) => ({
        table,
        rows: sqlite
          .prepare(`select ${columnsOf(sqlite, table).join(', ')} from ${table} where ${where}`)
          .all(referralId) as Row[],
      }));
      return [kind, { referralId, sentAt: Number(rows[0]?.rows[0]?.sent_at), rows }] as const;
    }),
  );
}
