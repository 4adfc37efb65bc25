import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './api.ts';
import { type RetryOptions, withRetries } from './retries.ts';

export interface ExchangeOptions extends RetryOptions {
  /** Scheme, host and port, such as `https://exchange.example`. */
  readonly baseUrl: string;
  /** An API key, `rx_…`. */
  readonly key: string;
}

/** `GET`, `POST`, `PATCH` and `DELETE` of every path of the document, typed by it: what is asked for is JSON. */
export type Exchange = Client<paths, 'application/json'>;

/**
 * The client of one key. Each call is made until it is answered, safely: see `withRetries`.
 *
 * @example
 * const exchange = createExchange({ baseUrl: 'https://exchange.example', key: process.env.EXCHANGE_KEY });
 * const referral = await dataOf(
 *   exchange.GET('/v1/referrals/{referral_id}', { params: { path: { referral_id } } }),
 * );
 */
export const createExchange = ({ baseUrl, key, ...retries }: ExchangeOptions): Exchange =>
  createClient<paths, 'application/json'>({
    baseUrl,
    headers: { Authorization: `Bearer ${key}` },
    fetch: withRetries(retries),
  });
