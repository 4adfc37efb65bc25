import type { CAPACITIES } from '../../platform/db/schema.ts';

/** What the page of a reminder says, in one language. */
export interface Words {
  readonly title: (practice: string) => string;
  readonly intro: string;
  readonly services: string;
  readonly said: string;
  readonly saidOn: (capacity: string, day: string) => string;
  readonly question: string;
  readonly capacities: Record<(typeof CAPACITIES)[number], string>;
  readonly save: string;
  readonly choose: string;
  readonly doneTitle: string;
  readonly done: (practice: string) => string;
  readonly more: string;
  readonly invalidTitle: string;
  readonly invalid: string;
}
