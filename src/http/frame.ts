/** What is around every request: its name, what it cost, its line in the log, and the words for what went wrong. */
import type { Context } from 'hono';
import { routePath } from 'hono/route';
import { readSettings } from '../env.ts';
import { Database } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { UnavailableError } from '../platform/db/unavailable.ts';
import { logFault } from '../platform/fault.ts';
import { logLine } from '../platform/log.ts';
import { Problem, toProblemResponse, unavailable } from '../platform/problem.ts';
import { KeyGoneError } from '../platform/vault/vault.ts';
import type { AppEnv } from './app-env.ts';

/** Two years (RFC 6797): long enough for a browser to remember it between two visits. */
const HSTS = 'max-age=63072000; includeSubDomains';
/** Behind every route stands the one of `frame` itself. */
const LAST = -1;

function logRequest(c: Context<AppEnv>, startedAt: number): void {
  const { requestId, database, operationId, actor, problemCode } = c.var;
  const { calls, rowsRead, rowsWritten } = database.meter;
  logLine('request', {
    request_id: requestId,
    // The pattern of a page's route: what stands in its place is a secret.
    operation: operationId ?? `${c.req.method} ${routePath(c, LAST)}`,
    status: c.res.status,
    code: problemCode,
    duration_ms: Date.now() - startedAt,
    d1_calls: calls,
    rows_read: rowsRead,
    rows_written: rowsWritten,
    key_id: actor?.key_id,
    practice_id: actor?.practice_id,
  });
}

/** Names the request, counts its D1 cost, logs it and hardens the answer. */
export async function frame(c: Context<AppEnv>, next: () => Promise<void>): Promise<void> {
  const startedAt = Date.now();
  const requestId = newId('request');
  const database = new Database(c.env.DB);
  c.set('requestId', requestId);
  c.set('database', database);
  await next();
  const { headers } = c.res;
  headers.set('X-Request-Id', requestId);
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Strict-Transport-Security', HSTS);
  if (c.env.ENVIRONMENT !== 'production') headers.set('Server-Timing', database.meter.toServerTiming());
  logRequest(c, startedAt);
}

/** Nothing where the settings are what is wrong: then links in the answer begin with its path. */
function originOf(c: Context<AppEnv>): string {
  try {
    return readSettings(c.env).publicOrigin;
  } catch {
    return '';
  }
}

export function answerProblem(problem: Problem, c: Context<AppEnv>): Response {
  c.set('problemCode', problem.code);
  return toProblemResponse(problem, originOf(c), c.var.requestId);
}

/** Says what the fault leaves open, and how it is found out. @param words what is wrong, as the beginning of a sentence */
function withWhatIsOpen(words: string, c: Context<AppEnv>): Problem {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return unavailable(`${words}. Repeat the request.`);
  if (!c.var.database.meter.mayHaveWritten)
    return unavailable(`${words}, and nothing was changed. Repeat the request.`);
  const advice = c.req.header('Idempotency-Key')
    ? 'Repeat the request with the same Idempotency-Key: it is done once, whatever became of this one.'
    : 'Read what it was to change before you repeat it; an Idempotency-Key on a POST makes that needless.';
  return unavailable(`${words}, so it is not known whether the change was made. ${advice}`);
}

function toProblem(error: unknown, c: Context<AppEnv>): Problem {
  if (error instanceof KeyGoneError) return withWhatIsOpen('A key is missing here at the moment', c);
  if (error instanceof UnavailableError)
    return withWhatIsOpen('The database did not answer as it should at the moment', c);
  return new Problem('internal', 'Something failed on our side, and nothing was changed by halves.');
}

export function onError(error: unknown, c: Context<AppEnv>): Response {
  if (error instanceof Problem) return answerProblem(error, c);
  logFault({ request_id: c.var.requestId }, error);
  return answerProblem(toProblem(error, c), c);
}

export function onUnknownPath(c: Context<AppEnv>): Response {
  return answerProblem(
    new Problem('unknown_path', 'There is no such path here: /docs lists those there are.'),
    c,
  );
}

/** @param methods that the path knows */
export function onOtherMethod(c: Context<AppEnv>, methods: readonly string[]): Response {
  const allow = [...methods, 'OPTIONS'].join(', ');
  // No CORS headers (decision 019): an API key has no place in a browser.
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: allow } });
  return answerProblem(
    new Problem('method_not_allowed', `Use ${methods.join(', ')}.`, {}, { Allow: allow }),
    c,
  );
}
