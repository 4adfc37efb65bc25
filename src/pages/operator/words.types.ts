/** What the operator's pages say, in one language. */
import { CASE_KINDS, type RATE_LIMITS } from '../../platform/db/schema.ts';

/** A credential waits because of a roster, or because nobody has looked at it. */
export const WAITING_KINDS = [...CASE_KINDS, 'pending'] as const;
export type WaitingKind = (typeof WAITING_KINDS)[number];
export type Resolution = 'verified' | 'rejected' | 'suspended' | 'dismissed';

export interface Words {
  readonly signIn: string;
  readonly key: string;
  readonly keyHint: string;
  readonly enter: string;
  readonly wrongKey: string;
  readonly signOut: string;
  readonly tooLong: string;
  readonly nav: { readonly queue: string; readonly health: string; readonly network: string };
  readonly pages: string;
  readonly queue: {
    readonly title: (count: number) => string;
    readonly filter: string;
    readonly all: string;
    readonly kinds: Record<WaitingKind, string>;
    readonly since: (time: string) => string;
    readonly credential: string;
    readonly practice: string;
    readonly differences: string;
    readonly member: string;
    readonly claimed: string;
    readonly listed: string;
    readonly unlisted: string;
    readonly members: Readonly<Record<string, string>>;
    readonly decision: string;
    readonly decide: (name: string) => string;
    readonly resolutions: Record<Resolution, string>;
    readonly reason: string;
    readonly reasonHint: string;
    readonly submit: string;
    readonly next: string;
    readonly none: string;
  };
  readonly faults: {
    readonly resolution: string;
    readonly reason: string;
    readonly decided: string;
    readonly lapsed: string;
    readonly other: string;
  };
  readonly health: {
    readonly title: (ready: boolean) => string;
    readonly unready: { readonly minute: string; readonly migration: string };
    readonly minute: string;
    readonly size: string;
    readonly migration: string;
    readonly unfinished: string;
    readonly pending: string;
    readonly held: string;
    readonly unsealed: string;
    readonly queue: string;
    readonly unverified: string;
    readonly since: (count: number, time: string | null) => string;
    readonly failing: (count: number) => string;
    readonly endpoint: string;
    readonly format: string;
    readonly failures: string;
    readonly failingSince: string;
    readonly last: string;
    readonly disabled: string;
    readonly none: string;
    readonly never: string;
    readonly limits: (count: number) => string;
    readonly holder: string;
    readonly rateLimits: Record<(typeof RATE_LIMITS)[number], string>;
    readonly lastTime: string;
    readonly stretches: string;
  };
  readonly network: {
    readonly title: (month: string) => string;
    readonly uncounted: string;
    readonly rule: string;
    readonly few: string;
    readonly figure: string;
    readonly value: string;
    readonly sections: Record<'practices' | 'referrals' | 'by_state' | 'endpoints' | 'verification', string>;
    readonly names: Readonly<Record<string, string>>;
    readonly before: string;
    readonly after: string;
  };
}
