/** What a referral's life costs at Cloudflare's list prices. No I/O. */

/** US dollars, Workers Paid, beyond what the plan includes; read on 2026-11-30 from public copies of Cloudflare's pages. */
export const PRICES = {
  read_on: '2026-11-30',
  rows_read_million: 0.001,
  rows_written_million: 1,
  requests_million: 0.3,
  cpu_ms_million: 0.02,
  queue_operations_million: 0.4,
  storage_gb_month: 0.75,
} as const;

/** A message is written, read and deleted: three operations. */
const OPERATIONS_PER_MESSAGE = 3;

export interface Life {
  readonly rows_read: number;
  readonly rows_written: number;
  /** Those of callers, and an invocation for each delivery and each batch of the queue. */
  readonly requests: number;
  readonly messages: number;
  readonly cpu_ms: number;
  readonly bytes: number;
}

/** US dollars for a million lives; storage for each month that they are kept. */
export function priceOf(life: Life) {
  const of = {
    'rows written': life.rows_written * PRICES.rows_written_million,
    'rows read': life.rows_read * PRICES.rows_read_million,
    requests: life.requests * PRICES.requests_million,
    'CPU time': life.cpu_ms * PRICES.cpu_ms_million,
    'queue operations': life.messages * OPERATIONS_PER_MESSAGE * PRICES.queue_operations_million,
  };
  const once = Object.values(of).reduce((sum, dollars) => sum + dollars, 0);
  return { of, once, month: (life.bytes / 1000) * PRICES.storage_gb_month };
}
