/** The queue that wakes the delivery engine. Its messages carry ids only: of a delivery, or of a replay to go on with. */
export type DeliveryMessage = { readonly delivery_id: string } | { readonly replay_id: string };

/** What one `sendBatch` takes. */
const QUEUE_BATCH_MAX = 100;

export async function wakeDeliveries(
  queue: Queue<DeliveryMessage>,
  deliveryIds: readonly string[],
): Promise<void> {
  for (let start = 0; start < deliveryIds.length; start += QUEUE_BATCH_MAX) {
    const part = deliveryIds.slice(start, start + QUEUE_BATCH_MAX);
    await queue.sendBatch(part.map((delivery_id) => ({ body: { delivery_id } })));
  }
}

/** The deliveries that a batch wrote: what `recordEvent` returned, wherever it stood in it. */
export function deliveryIdsIn(results: readonly unknown[]): string[] {
  return results.flatMap((rows) =>
    (Array.isArray(rows) ? (rows as { delivery_id?: string }[]) : []).flatMap((row) => row.delivery_id ?? []),
  );
}
