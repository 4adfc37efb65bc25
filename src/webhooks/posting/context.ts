/** What the delivery engine works with. Clock, chance and network are the real ones unless a test injects its own. */

import type { Settings } from '../../env.ts';
import type { Database } from '../../platform/db/database.ts';
import type { DeliveryMessage } from '../../platform/queue.ts';
import type { Vault } from '../../platform/vault/vault.ts';

export interface PostingContext {
  readonly vault: Vault;
  readonly settings: Settings;
  readonly clock?: () => number;
  readonly fetcher?: typeof fetch;
}

export interface DeliveryContext extends PostingContext {
  readonly database: Database;
  readonly queue: Queue<DeliveryMessage>;
  readonly random?: () => number;
}
