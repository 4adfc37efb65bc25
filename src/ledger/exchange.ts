import type { Settings } from '../env.ts';
import type { Database } from '../platform/db/database.ts';
import type { Vault } from '../platform/vault/vault.ts';

/** What everything that reads or writes works with, whoever asks for it. */
export interface Exchange {
  readonly database: Database;
  readonly vault: Vault;
  readonly settings: Settings;
  /** Milliseconds since the epoch: one moment for everything that is read or decided together. */
  readonly now: number;
  /** Runs after the answer; a fault in it is logged and loses nothing that is not also in D1. */
  readonly defer: (work: () => Promise<unknown>) => void;
  readonly wakeDeliveries: (deliveryIds: readonly string[]) => Promise<void>;
  readonly wakeReplay: (replayId: string) => Promise<void>;
}

/** Who makes a write or is shown something. */
export interface Author {
  readonly practiceId: string;
  /** The key, link's maker, request or part of the system by which it is done; it stands in the log. */
  readonly throughId: string;
}
