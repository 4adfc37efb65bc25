/**
 * `npm run listen`: follows the event feed of a practice and posts each event to a URL on this machine, signed as
 * the exchange signs its webhooks. For writing a receiver that the internet cannot reach.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createSecret, sign } from '../src/webhooks/posting/signature.ts';

const USAGE = `Usage: npm run listen -- --key rx_… --forward http://localhost:3000/hook [options]

  --key      an API key of your practice with the scope events:read (or set REFERRAL_EXCHANGE_KEY)
  --forward  where the events are posted
  --url      the exchange (http://127.0.0.1:8787)
  --after    the id of the event after which to begin; without it only new events are told
  --secret   the whsec_… secret to sign with; without it a new one is made and printed`;

const POLL_MS = 1000;
const BACKOFF_MS_MAX = 30_000;
const REQUEST_MS_MAX = 15_000;
const USER_AGENT = 'ReferralExchange-Listen/1.0';

/** Ends the program with these words; nothing that waiting would heal. */
class Stop extends Error {}

interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Options {
  readonly key: string;
  readonly forward: string;
  readonly url: string;
  readonly after: string | undefined;
  readonly secret: string | undefined;
}

function requireHttpUrl(option: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Stop(`--${option} is not an http or https URL: ${text}`);
  return text;
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  let values: Partial<Record<'key' | 'forward' | 'url' | 'after' | 'secret', string>>;
  try {
    ({ values } = parseArgs({
      options: { key: text, forward: text, url: text, after: text, secret: text },
    }));
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n\n${USAGE}`);
  }
  const key = values.key ?? process.env.REFERRAL_EXCHANGE_KEY;
  if (!key || !values.forward) throw new Stop(`${key ? '--forward' : '--key'} is missing.\n\n${USAGE}`);
  return {
    key,
    forward: requireHttpUrl('forward', values.forward),
    url: requireHttpUrl('url', values.url ?? 'http://127.0.0.1:8787'),
    after: values.after,
    secret: values.secret,
  };
}

/** What went wrong with a connection, without a stack. */
function wordsOf(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${REQUEST_MS_MAX / 1000} s`;
  // Where a name has several addresses, each has its own error.
  const { code, errors, message } = (cause ?? {}) as Partial<AggregateError> & { code?: string };
  const reason = code ?? errors?.[0]?.code ?? message;
  return reason === 'ECONNREFUSED' ? 'nothing listens there' : (reason ?? 'the connection broke');
}

/** One page of the feed; waits and asks again while the exchange cannot answer. */
async function readPage(options: Options, after: string | undefined, stopped: AbortSignal) {
  const address = new URL('/v1/events', options.url);
  address.searchParams.set('limit', '100');
  if (after !== undefined) address.searchParams.set('after', after);
  for (let failures = 0; ; failures += 1) {
    let waitMs = Math.min(POLL_MS * 2 ** failures, BACKOFF_MS_MAX);
    let fault: string;
    try {
      const response = await fetch(address, {
        headers: { Authorization: `Bearer ${options.key}`, 'User-Agent': USER_AGENT },
        signal: AbortSignal.any([stopped, AbortSignal.timeout(REQUEST_MS_MAX)]),
      });
      const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
      if (response.ok && Array.isArray(body.data))
        return { events: body.data as FeedEvent[], hasMore: typeof body.next_cursor === 'string' };
      const said = typeof body.detail === 'string' ? `: ${body.detail}` : '';
      fault = `the exchange answered ${response.status}${said}`;
      if (response.status === 429) {
        const seconds = Number(response.headers.get('Retry-After'));
        waitMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : waitMs;
      } else if (response.status < 500) {
        throw new Stop(`Cannot read the events: ${fault}`);
      }
    } catch (error) {
      if (error instanceof Stop || stopped.aborted) throw error;
      fault = `cannot reach ${address.origin}: ${wordsOf(error)}`;
    }
    console.error(`${fault}; next try in ${waitMs / 1000} s`);
    await sleep(waitMs, undefined, { signal: stopped });
  }
}

/** Posts as the exchange does and says what came of it. */
async function forward(event: FeedEvent, to: string, secret: string, stopped: AbortSignal): Promise<string> {
  const body = JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': USER_AGENT,
    'webhook-id': event.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': await sign(secret, { id: event.id, timestamp, body }),
  };
  const startedAt = performance.now();
  const took = () => `${Math.round(performance.now() - startedAt)} ms`;
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(REQUEST_MS_MAX)]);
    const response = await fetch(to, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.body?.cancel();
    return `${response.ok ? '✓' : '✗'} ${response.status} in ${took()}`;
  } catch (error) {
    if (stopped.aborted) throw error;
    return `✗ ${wordsOf(error)} (after ${took()})`;
  }
}

function lineOf({ id, type, timestamp, data }: FeedEvent, result: string): string {
  const time = new Date(timestamp).toLocaleTimeString('en-GB');
  const about = data.referral_id ?? data.partnership_id ?? data.credential_id ?? data.practice_id ?? '-';
  return [time, type.padEnd(26), id, String(about).padEnd(30), result].join('  ');
}

async function listen(options: Options, stopped: AbortSignal): Promise<void> {
  const secret = options.secret ?? createSecret();
  // A secret that cannot sign is better found now than at the first event.
  await sign(secret, { id: 'test', timestamp: 0, body: '' }).catch((error: Error) => {
    throw new Stop(`--secret: ${error.message}`);
  });
  let after = options.after;
  for (let isAtEnd = after !== undefined; !isAtEnd; ) {
    const { events, hasMore } = await readPage(options, after, stopped);
    after = events.at(-1)?.id ?? after;
    isAtEnd = !hasMore;
  }
  console.log(`Posting the events of ${options.url} to ${options.forward}`);
  console.log(`Secret  ${secret}`);
  console.log(`From    ${options.after === undefined ? 'now on' : `the event after ${after}`}`);
  console.log('Ctrl+C ends it.\n');
  try {
    for (;;) {
      const { events, hasMore } = await readPage(options, after, stopped);
      for (const event of events) {
        console.log(lineOf(event, await forward(event, options.forward, secret, stopped)));
        after = event.id;
      }
      if (!hasMore) await sleep(POLL_MS, undefined, { signal: stopped });
    }
  } finally {
    if (after !== undefined) console.log(`\nTo go on from here: --after ${after}`);
  }
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
try {
  await listen(readOptions(), stopping.signal);
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(error instanceof Stop ? error.message : (error as Error).stack);
    process.exitCode = 1;
  }
}
