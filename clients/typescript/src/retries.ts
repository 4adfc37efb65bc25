export interface RetryOptions {
  /** How often a request is made at most; 5 if not said otherwise, 1 for no repetition. */
  readonly attemptsMax?: number;
  /** For tests and for proxies. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Waits so many milliseconds, or until the signal says that nobody wants the answer any more. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const WAIT_MS_FIRST = 500;
const WAIT_MS_MAX = 30_000;
/** Who is told to wait longer does better to hear that than to hang. */
const RETRY_AFTER_MS_MAX = 60_000;

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      signal.removeEventListener('abort', leave);
      resolve();
    }
    function leave(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

/** Seconds or a date (RFC 9110, 10.2.3); null where it says nothing that can be read. */
function retryAfterMs({ headers }: Response): number | null {
  const text = headers.get('Retry-After');
  if (text === null) return null;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}

/** Whole again each time, and by chance, so that those who were refused together do not come back together. */
const backoffMs = (attempt: number) => Math.random() * Math.min(WAIT_MS_FIRST * 2 ** attempt, WAIT_MS_MAX);

/** A key makes a repeated POST the same one, so whatever went wrong it can be made again. */
const REPEATABLE = ['GET', 'HEAD', 'POST'];

/**
 * A `fetch` that repeats what can be repeated without doing anything twice:
 *
 * - GET and POST where the network failed, or the answer is 429 or 5xx. Each POST gets one `Idempotency-Key` for all its
 *   attempts, if it has none.
 * - PATCH and DELETE where the answer is 429: then nothing was done.
 *
 * `Retry-After` decides how long it waits, up to a minute; otherwise ever longer, up to half a minute.
 */
export function withRetries({
  attemptsMax = 5,
  fetch: send = (request) => globalThis.fetch(request),
  wait = pause,
}: RetryOptions = {}): (request: Request) => Promise<Response> {
  return async (given) => {
    const request = new Request(given);
    if (request.method === 'POST' && !request.headers.has('Idempotency-Key'))
      request.headers.set('Idempotency-Key', crypto.randomUUID());
    const isRepeatable = REPEATABLE.includes(request.method);
    for (let attempt = 0; ; attempt += 1) {
      const isLast = attempt + 1 >= attemptsMax;
      let response: Response;
      try {
        response = await send(isLast ? request : request.clone());
      } catch (error) {
        if (isLast || !isRepeatable || request.signal.aborted) throw error;
        await wait(backoffMs(attempt), request.signal);
        continue;
      }
      const isWorthwhile = response.status === 429 || (isRepeatable && response.status >= 500);
      const waitMs = retryAfterMs(response) ?? backoffMs(attempt);
      if (isLast || !isWorthwhile || waitMs > RETRY_AFTER_MS_MAX) return response;
      await response.body?.cancel();
      await wait(waitMs, request.signal);
    }
  };
}
