/** What tests of the engine do and look at. */
import { updateEndpoint } from '../../src/webhooks/endpoints.repository.ts';
import { healthyAt } from '../../src/webhooks/health.ts';
import { holdPendingDeliveries, releaseNextHeld } from '../../src/webhooks/queueing.repository.ts';
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

/** What the routes write when the owner disables or enables. */
export async function disable(engine: Engine, id: string) {
  const { query } = engine.database;
  const change = { enabled: false, disabled_reason: 'owner' as const, replay_head_id: null };
  await engine.database.batch([
    updateEndpoint(query, id, endpointRow(engine, id).version, change),
    holdPendingDeliveries(query, id),
  ]);
}
export async function enable(engine: Engine, id: string) {
  const { query } = engine.database;
  const change = { enabled: true, disabled_reason: null, ...healthyAt(engine.state.now) };
  const [, , released] = await engine.database.batch([
    updateEndpoint(query, id, endpointRow(engine, id).version, change),
    ...releaseNextHeld(query, id, null, engine.state.now),
  ]);
  for (const { delivery_id } of released)
    engine.queued.push({ message: { delivery_id }, at: engine.state.now });
}
