/** Whether the exchange works: for the operator in figures, for monitors in a status. */
import type { Hono } from 'hono';
import type { AppEnv } from '../http/app-env.ts';
import { operation } from '../http/operation.ts';
import { addressOf, requireAnonymousRate } from '../http/rate.ts';
import { unavailable } from '../platform/problem.ts';
import { HealthSchema, healthExample } from './health.schemas.ts';
import { findUnready, healthPlan, toHealth } from './health.ts';

export const healthOperations = [
  operation({
    id: 'getHealth',
    method: 'GET',
    path: '/v1/operator/health',
    tag: 'Operator: health',
    summary: 'See how the exchange is',
    description:
      'What waits, what fails, and whether the minute runs, from one look at the database. Counts go up to a limit, which stands beside each: what is more is answered as that. The operator’s manual (operations, in the project) says which of them deserve an alert.',
    scope: 'operator',
    response: { status: 200, description: 'How it is.', schema: HealthSchema, example: healthExample },
    handle: async ({ exchange: { database, now } }) => ({
      status: 200,
      body: toHealth(await database.read(healthPlan(database, now)), database, now),
    }),
  }),
];

const WORKS = { status: 'ok' };
const NOT_STORED = { 'Cache-Control': 'no-store' };

/** For monitors; without a key, and so without figures. */
export function mountProbes(app: Hono<AppEnv>): void {
  app.get('/healthz', (c) => c.json(WORKS, 200, NOT_STORED));
  app.get('/readyz', async (c) => {
    await requireAnonymousRate(c.env.ANONYMOUS_RATE_LIMIT, addressOf(c));
    const unready = await findUnready(c.var.database, Date.now());
    if (unready.length > 0) throw unavailable(unready.join(' '));
    return c.json(WORKS, 200, NOT_STORED);
  });
}
