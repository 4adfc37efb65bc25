/** A typed client of the Referral Exchange. */
export type { components, operations, paths, webhooks } from './api.ts';
export { createExchange, type Exchange, type ExchangeOptions } from './exchange.ts';
export { dataOf, type Problem, ProblemError } from './problems.ts';
export { type RetryOptions, withRetries } from './retries.ts';
export { type IncomingHeaders, verifyWebhook, type WebhookEvent } from './webhooks.ts';
