/** What the page can say on which a client chooses; the rest is that of a consent to one practice. */
import type { CAPACITIES } from '../../../platform/db/schema.ts';
import type { Standing } from '../../../referrals/choice/standing.ts';
import type { ConsentFacts } from '../words.types.ts';

export interface ChoiceFacts
  extends Pick<ConsentFacts, 'sender' | 'purposes' | 'validUntil' | 'atOnce' | 'part2' | 'operator'> {
  /** City and state of the sender. */
  readonly place: string;
  /** In the sender's order. */
  readonly names: readonly string[];
}

type Say<T = string> = (facts: ChoiceFacts) => T;
type Capacity = (typeof CAPACITIES)[number];

export interface ChoiceWords {
  readonly title: string;
  readonly intro: Say;
  readonly introDecided: Say;
  readonly terms: Say<(readonly [term: string, value: string])[]>;
  readonly statements: Say<string[]>;
  readonly whom: string;
  readonly whomHint: string;
  readonly who: string;
  readonly newClients: string;
  /** @param day when it said so */
  readonly capacity: Record<Capacity, (day: string) => string>;
  readonly receives: string;
  /** @param always what it gets in any case @param ticked what it gets where the client ticks it */
  readonly receivesWhat: (always: string, ticked: string) => string;
  readonly ask: (name: string) => string;
  readonly leaveOut: string;
  readonly ranks: readonly string[];
  readonly feedbackHeading: Say;
  readonly denyHeading: string;
  readonly denyButton: string;
  readonly denyAsk: Say;
  readonly denySure: string;
  readonly errors: { readonly none: string; readonly twice: string };
  readonly state: { readonly chosen: string; readonly exhausted: string; readonly refused: string };
  readonly refused: Say<string[]>;
  readonly exhausted: Say<string[]>;
  readonly withdrawn: Say<string[]>;
  readonly expired: Say<string[]>;
  /** Instead of the sender, who would look for somebody else. */
  readonly nextIs: (name: string) => string;
  readonly wayHeading: string;
  readonly standing: Record<Standing, string>;
  /** Of one that waits while an acceptance can still be undone. */
  readonly inReserve: string;
  readonly notNamed: (names: string) => string;
  readonly stopHeading: string;
  readonly stopText: string;
  readonly stopButton: string;
  readonly stopAsk: string;
  readonly stopSure: string;
  readonly stopped: (time: string) => string;
  /** Followed by the operator's e-mail. */
  readonly deletionText: (facts: ChoiceFacts) => string;
  readonly sharedWith: string;
  readonly unavailable: Say;
}
