/** What the delivery engine works with. Clock, chance and network are the real ones unless a test injects its own. */
import type { Database } from '../db/database.ts';
import type { Settings } from '../env.ts';
import type { DeliveryMessage } from '../queue.ts';
import type { Vault } from '../vault/vault.ts';

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
