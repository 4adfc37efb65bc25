/**
 * What suspension means, as one table. Every operation of a practice names its line of it (`whenSuspended`), every move
 * of a referral does (`referrals/suspension.ts`), and the gates ask the line, not the operation. Open referrals may be
 * finished; nothing new leaves or is made. docs/suspension.md is made from it.
 */
export const SUSPENSION = {
  reads: {
    mayUse: true,
    why: 'What it knows stays readable: its settings, lists, logs and events. Of a client that it received the rule of disclosure shows it nothing.',
  },
  corrects: {
    mayUse: true,
    why: 'What the operator found wrong can be put right. It is not in the directory meanwhile.',
  },
  finishes: {
    mayUse: true,
    why: 'An open referral is brought to its end, so that neither client nor partner waits for somebody who may not speak.',
  },
  closes: {
    mayUse: true,
    why: 'Less leaves afterwards than before, and what has leaked is of no more use.',
  },
  serves_client: {
    mayUse: true,
    why: 'The client asks for it, and has the right to it whatever the practice did.',
  },
  sends: {
    mayUse: false,
    why: 'It would bring something new about a client to somebody, or ask for it.',
  },
  opens: {
    mayUse: false,
    why: 'It would make a new way in or out, or send out again what was held.',
  },
  joins: {
    mayUse: false,
    why: 'It would begin or renew a relationship by which clients are referred.',
  },
} as const satisfies Record<string, { readonly mayUse: boolean; readonly why: string }>;

/** A line of the table. */
export type WhenSuspended = keyof typeof SUSPENSION;

export const mayWhenSuspended = (line: WhenSuspended): boolean => SUSPENSION[line].mayUse;
