/**
 * What a torture saw from outside: what it asked and was answered, what its receivers got, and what the exchange says
 * of itself afterwards. Plain data, so that `checker.ts` can be tried on planted faults.
 */

/** One request that may have changed something. */
export interface Act {
  readonly number: number;
  /** `send`, a move of a referral by its path's last part, or another write. */
  readonly name: string;
  readonly practiceId: string | null;
  readonly referralId: string | null;
  readonly idempotencyKey: string | null;
  readonly at: number;
  /** Null where no answer came: it may have been done or not. */
  readonly status: number | null;
  /** Of what was made or moved, as the answer named it. */
  readonly resourceId: string | null;
  /** Of the client that it sent, if any: a name that nobody else has. */
  readonly clientName: string | null;
}

export interface SeenEvent {
  readonly id: string;
  readonly type: string;
  readonly at: number;
  readonly sequence: number | null;
  readonly actor: string;
  readonly referralId: string | null;
  /** Of whose health it tells, if any: that one is not told of itself. */
  readonly endpointId: string | null;
}

export interface SeenDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly state: string;
  readonly nextAttemptAt: number | null;
}

export interface SeenEndpoint {
  readonly id: string;
  /** When it was surely there, and listened. */
  readonly since: number;
  readonly enabled: boolean;
  readonly eventTypes: readonly string[];
  readonly deliveries: readonly SeenDelivery[];
}

export interface SeenReferral {
  readonly id: string;
  readonly direction: 'sent' | 'received';
  readonly state: string;
}

export interface SeenPractice {
  readonly id: string;
  readonly events: readonly SeenEvent[];
  readonly referrals: readonly SeenReferral[];
  readonly endpoints: readonly SeenEndpoint[];
  readonly report: { readonly givenCount: number; readonly receivedCount: number };
}

/** A consent as its sender knows it, and what was disclosed under it, as the database has it. */
export interface SeenHistory {
  readonly referralId: string;
  /** Who knows the client anyhow. */
  readonly senderId: string;
  readonly isChainIntact: boolean;
  readonly consent: {
    readonly from: number;
    readonly until: number;
    readonly categories: readonly string[];
  } | null;
  readonly disclosures: readonly {
    readonly at: number;
    readonly practiceId: string;
    readonly categories: readonly string[];
  }[];
}

/** One request that a receiver got. */
export interface Receipt {
  /** Whose endpoint it came to, also of one that was deleted since. */
  readonly practiceId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly type: string;
  readonly referralId: string | null;
  readonly at: number;
  readonly status: number | null;
  readonly isSignatureGood: boolean;
  readonly body: string;
}

/** A referral to several practices. */
export interface SeenChoice {
  readonly id: string;
  /** One to each. */
  readonly referralIds: readonly string[];
}

/** A referral that waited for a colleague to take part, as its sender reads it in the end. */
export interface SeenPrepared {
  readonly id: string;
  /** Null where it is not there. */
  readonly state: string | null;
  readonly referralId: string | null;
}

export interface Observed {
  readonly acts: readonly Act[];
  readonly practices: readonly SeenPractice[];
  readonly histories: readonly SeenHistory[];
  readonly choices: readonly SeenChoice[];
  readonly prepared: readonly SeenPrepared[];
  /** Of the referrals that are known, with their clients' names. */
  readonly clients: readonly { readonly referralId: string; readonly clientName: string }[];
  readonly receipts: readonly Receipt[];
  /** What `npm run verify-ledger` ended with. */
  readonly verifyLedgerExitCode: number;
  /** Names of clients that stand in the database's files as they are. */
  readonly namesInClear: readonly string[];
  readonly endedAt: number;
}
