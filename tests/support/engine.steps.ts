/** What tests of the engine do and look at. */
import { eq } from 'drizzle-orm';
import type { Statement } from '../../src/platform/db/database.ts';
import { newId } from '../../src/platform/db/ids.ts';
import { webhook_endpoints } from '../../src/platform/db/schema.ts';
import { deliveryIdsIn } from '../../src/platform/queue.ts';
import { type EndpointRow, updateEndpoint } from '../../src/webhooks/endpoints/endpoints.repository.ts';
import { requeueDelivery } from '../../src/webhooks/engine/queueing.repository.ts';
import { insertReplay, selectRunningReplay } from '../../src/webhooks/engine/replays.repository.ts';
import { deleteEndpoint, disableEndpoint, enableEndpoint } from '../../src/webhooks/engine/switching.ts';
import { SETTINGS_EXAMPLES } from '../../src/webhooks/formats/examples.ts';
import { toFormatColumns } from '../../src/webhooks/formats/format-settings.ts';
import type { FormatName } from '../../src/webhooks/formats/formats.ts';
import type { Engine, Receive } from './engine.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(status === 204 ? null : 'x', { status, headers });
export const always =
  (status: number): Receive =>
  () =>
    answer(status);

export const eventTypes = (engine: Engine) =>
  engine
    .rows<{ type: string }>("select type from events where type like 'endpoint.%' or type like 'delivery.%'")
    .map(({ type }) => type);
export const deliveries = (engine: Engine) =>
  engine.rows<{ id: string; state: string; attempts_count: number; next_attempt_at: number | null }>(
    'select * from deliveries order by position',
  );
export const endpointRow = (engine: Engine, id: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: a row of any shape
  engine.rows<any>('select * from webhook_endpoints where id = ?', id)[0];

/** A referral that `prc_owner` received, in a database that asks for no parents of it. */
export async function addReferral(engine: Engine, id = 'ref_1'): Promise<void> {
  engine.rows('drop trigger if exists referrals_insert_needs_partnership');
  engine.rows('pragma ignore_check_constraints = on');
  await engine.withoutParents(() => {
    engine.rows(
      `insert into referrals (id, version, sender_practice_id, receiver_practice_id, partnership_id,
      sender_professional_id, service, reason, urgency, languages, client_jurisdiction, disclose, respond_within_ms, state,
      last_move, last_move_by, last_move_at, sender_version, sender_updated_at, sender_state, sender_progress, client_index,
      duplicate_allowed, created_at, updated_at)
    values (?, 1, 'prc_other', 'prc_owner', '', '', '', '', '', '[]', 'US-NE', 'on_accept', 1, 'accepted', '', '', 1, 1, 1,
      'accepted', '{}', '', 1, 1, 1)`,
      id,
    );
  });
}

/** What the routes write. */
export async function setFormatOf(
  engine: Engine,
  endpointId: string,
  format: FormatName,
  url: string,
  change: Record<string, unknown> = {},
  vault = engine.vault,
): Promise<void> {
  const wish = {
    format,
    format_settings: { ...SETTINGS_EXAMPLES[format], ...change },
    url,
    event_types: [],
  };
  const columns = await toFormatColumns(wish, endpointId, { ...engine.context, vault } as never);
  const { version } = endpointRow(engine, endpointId);
  await engine.database.batch([
    updateEndpoint(engine.database.query, endpointId, version, { ...columns, url }),
  ]);
}

type Change = (query: Engine['database']['query'], row: EndpointRow, now: number) => Statement[];

/** What the routes write, and whom they wake; false where there is no such endpoint (any more). */
async function change(engine: Engine, id: string, statementsOf: Change): Promise<boolean> {
  const { database, state, queued } = engine;
  const [row] = await database.batch([
    database.query.select().from(webhook_endpoints).where(eq(webhook_endpoints.id, id)),
  ]);
  if (!row[0] || row[0].deleted_at !== null) return false;
  const results = await database.batch(statementsOf(database.query, row[0], state.now));
  for (const delivery_id of deliveryIdsIn(results)) queued.push({ message: { delivery_id }, at: state.now });
  return true;
}
export const disable = (engine: Engine, id: string) =>
  change(engine, id, (query, row, now) => (row.enabled ? disableEndpoint(query, row, now) : []));
export const enable = (engine: Engine, id: string) =>
  change(engine, id, (query, row, now) => (row.enabled ? [] : enableEndpoint(query, row, null, now)));
export const rotate = (engine: Engine, id: string) =>
  change(engine, id, (query, row, now) => [
    updateEndpoint(query, row.id, row.version, {
      sealed_previous_secret: row.sealed_secret,
      updated_at: now,
    }),
  ]);
export const remove = (engine: Engine, id: string) => change(engine, id, deleteEndpoint);

/** Where the route would refuse it, nothing is written. */
export async function retry(engine: Engine, deliveryId: string) {
  const { database, state, queued } = engine;
  const results = await database.batch(requeueDelivery(database.query, deliveryId, state.now));
  for (const delivery_id of deliveryIdsIn(results)) queued.push({ message: { delivery_id }, at: state.now });
}
export async function replay(engine: Engine, endpointId: string, since: number) {
  const { database, state, queued } = engine;
  const { enabled } = endpointRow(engine, endpointId);
  const [running] = await database.batch([selectRunningReplay(database.query, endpointId)]);
  if (!enabled || running.length > 0) return;
  const id = newId('replay');
  const row = { id, practice_id: 'prc_owner', endpoint_id: endpointId, since, created_at: state.now };
  await database.batch([insertReplay(database.query, row)]);
  queued.push({ message: { replay_id: id }, at: state.now });
}
