/**
 * How often who may ask. A practice is counted as one, whatever keys and links it uses; an address is counted by its
 * failed look-ups only, so that made-up keys do not use up what the good ones behind the same address need.
 */
import type { Context } from 'hono';
import type { Exchange } from '../ledger/exchange.ts';
import { logFault } from '../platform/fault.ts';
import { Problem } from '../platform/problem.ts';
import type { AppEnv } from './app-env.ts';
import { LIMIT_MET_MS, noteLimitMet, type RateLimitName } from './limits.repository.ts';

/** The period of the rate limits in wrangler.toml. */
const PERIOD_SECONDS = 60;
const PERIOD_MS = PERIOD_SECONDS * 1000;
/** An address that used up its failures may still try: a good key that was never seen here must get through. */
const TRIAL_EVERY_MS = 1000;
const ADDRESSES_MAX = 10_000;
const HOLDERS_MAX = 10_000;

interface Exhausted {
  readonly until: number;
  nextTrialAt: number;
}

const exhaustedAddresses = new Map<string, Exhausted>();

/** Of draft-ietf-httpapi-ratelimit-headers: how much the practice may ask; what is left the platform does not tell. */
export const ratePolicy = (requestsPerMinute: number) => ({
  'RateLimit-Policy': `"practice";q=${requestsPerMinute};w=${PERIOD_SECONDS}`,
});

const tooMany = (policy: RateLimitName | null = null) =>
  new Problem(
    'rate_limited',
    `Too many requests. Wait ${PERIOD_SECONDS} seconds.`,
    {},
    {
      'Retry-After': String(PERIOD_SECONDS),
      ...(policy ? { RateLimit: `"${policy}";r=0;t=${PERIOD_SECONDS}` } : {}),
    },
  );

/** Whoever has an IPv6 address has the 2⁶⁴ of its network: they count as one. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [start = '', end] = address.toLowerCase().split('::');
  const [before, after] = [start, end ?? ''].map((part) => part.split(':').filter(Boolean)) as [
    string[],
    string[],
  ];
  const left = end === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(left).fill('0'), ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

export const addressOf = (c: Context<AppEnv>) => networkOf(c.req.header('CF-Connecting-IP') ?? 'unknown');

/** A limiter that fails limits nobody: it protects from too much, and who is known is not kept out for its sake. */
export async function isWithin(limiter: RateLimit, key: string): Promise<boolean> {
  try {
    return (await limiter.limit({ key })).success;
  } catch (error) {
    logFault({ part: 'rate limit' }, error);
    return true;
  }
}

/** For whoever is not known; no header tells that limit. @throws Problem 429 */
export async function requireAnonymousRate(limiter: RateLimit, address: string): Promise<void> {
  if (!(await isWithin(limiter, address))) throw tooMany();
}

/** When this isolate last wrote down that a holder met a limit. */
const notedAt = new Map<string, number>();

/** For the operator to see. A flood of refusals costs one write of one row in ten minutes. */
function note({ database, now, defer }: LimitNoter, holderId: string, policy: RateLimitName): void {
  const met = `${holderId} ${policy}`;
  if (now - (notedAt.get(met) ?? 0) < LIMIT_MET_MS) return;
  if (notedAt.size >= HOLDERS_MAX) notedAt.clear();
  notedAt.set(met, now);
  defer(() => database.apart().batch([noteLimitMet(database.query, holderId, policy, now)]));
}

type LimitNoter = Pick<Exchange, 'database' | 'now' | 'defer'>;

/** @param holderId a practice, or the key of an operator. @throws Problem 429 */
export async function requireRate(
  limiter: RateLimit,
  holderId: string,
  exchange: LimitNoter,
  policy: RateLimitName = 'practice',
): Promise<void> {
  if (await isWithin(limiter, holderId)) return;
  note(exchange, holderId, policy);
  throw tooMany(policy);
}

/**
 * Before a look-up for somebody who is not known yet: an address that has failed too often waits.
 * @throws Problem 429
 */
export function requireTrial(address: string, now: number): void {
  const exhausted = exhaustedAddresses.get(address);
  if (!exhausted) return;
  if (exhausted.until <= now) exhaustedAddresses.delete(address);
  else if (exhausted.nextTrialAt > now) throw tooMany();
  else exhausted.nextTrialAt = now + TRIAL_EVERY_MS;
}

/**
 * After a look-up that found nobody.
 * @throws Problem 429 where the address has failed too often by now
 */
export async function countFailure(limiter: RateLimit, address: string, now: number): Promise<void> {
  if (await isWithin(limiter, address)) return;
  if (exhaustedAddresses.size >= ADDRESSES_MAX) exhaustedAddresses.clear();
  const known = exhaustedAddresses.get(address);
  if (!known) exhaustedAddresses.set(address, { until: now + PERIOD_MS, nextTrialAt: now + TRIAL_EVERY_MS });
  throw tooMany();
}
