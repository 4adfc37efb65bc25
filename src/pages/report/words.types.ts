/** What the page of a report says, in one language. */

/** What stands on the page with its definition: figures, then insights. */
export const DEFINED = [
  'reciprocity',
  'balance',
  'sent',
  'acceptance',
  'response',
  'engagement',
  'end_to_end',
  'loop_closure',
  'time_to_accept',
  'outcome_withheld',
  'thank',
  'nurture',
  'slower',
  'waiting',
  'ending',
] as const;
/** Those that stand there only beside what they define. */
export const INSIGHTS: ReadonlySet<Defined> = new Set(['thank', 'nurture', 'slower', 'waiting', 'ending']);
export type Defined = (typeof DEFINED)[number];

export type Direction = 'given' | 'received';

export interface Words {
  readonly title: (practice: string, month: string) => string;
  readonly running: string;
  readonly thanks: string;
  readonly given: string;
  readonly received: string;
  readonly before: (count: string, month: string) => string;
  readonly partner: string;
  readonly month: string;
  readonly step: string;
  readonly all: string;
  readonly mutual: (given: number, received: number) => string;
  readonly partners: (count: number, bothWays: number) => string;
  readonly none: string;
  readonly funnel: (direction: Direction, sent: number, accepted: number, engaged: number) => string;
  readonly trend: (given: number, received: number) => string;
  readonly times: Record<Direction, (time: string) => string>;
  readonly noTimes: string;
  readonly half: string;
  readonly most: string;
  readonly steps: readonly [sent: string, accepted: string, engaged: string];
  readonly rates: string;
  readonly of: (numerator: number, denominator: number) => string;
  readonly nothing: string;
  readonly young: (count: number) => string;
  readonly definitions: string;
  readonly names: Record<Defined, string>;
  readonly meanings: Record<Defined, string>;
  readonly made: (time: string) => string;
  readonly insights: {
    readonly heading: string;
    readonly none: string;
    readonly thank: (count: number) => string;
    readonly nurture: (count: number) => string;
    readonly waiting: (count: number) => string;
    readonly ending: (count: number) => string;
    readonly slower: (own: string, network: string) => string;
    readonly received: (count: number) => string;
    readonly quietSince: (day: string) => string;
    readonly answerBy: (time: string) => string;
    readonly asked: string;
    readonly endsOn: (day: string) => string;
    readonly more: (count: number) => string;
  };
  readonly invalidTitle: string;
  readonly invalid: string;
}
