/** The queue that wakes the delivery engine. Its messages carry ids only: of a delivery, or of a replay to go on with. */
export type DeliveryMessage =
  | {
      readonly delivery_id: string;
      /** The last one of a share wakes the next share of its endpoint when it is done, before this time. */
      readonly goes_on_until?: number;
    }
  | { readonly replay_id: string };

/** What one `sendBatch` takes. */
const QUEUE_BATCH_MAX = 100;

export async function wake(
  queue: Queue<DeliveryMessage>,
  messages: readonly DeliveryMessage[],
): Promise<void> {
  for (let start = 0; start < messages.length; start += QUEUE_BATCH_MAX)
    await queue.sendBatch(messages.slice(start, start + QUEUE_BATCH_MAX).map((body) => ({ body })));
}

export const wakeDeliveries = (queue: Queue<DeliveryMessage>, deliveryIds: readonly string[]) =>
  wake(
    queue,
    deliveryIds.map((delivery_id) => ({ delivery_id })),
  );

/** The deliveries that a batch wrote: what `recordEvent` returned, wherever it stood in it. */
export function deliveryIdsIn(results: readonly unknown[]): string[] {
  return results.flatMap((rows) =>
    (Array.isArray(rows) ? (rows as { delivery_id?: string }[]) : []).flatMap((row) => row.delivery_id ?? []),
  );
}
