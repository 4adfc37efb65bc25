/** What goes with each disclosure of records of substance-use treatment (42 CFR 2.32). */
import { writeDay } from '../platform/labels.ts';

/** 42 CFR 2.32(a)(2), word for word. */
const NOTICE = '42 CFR part 2 prohibits unauthorized use or disclosure of these records.';
const PURPOSES_CHARACTERS_MAX = 500;

export interface Part2Scope {
  readonly sender: string;
  readonly receiver: string;
  readonly expiresAt: number;
  /** What the client allowed; null where no more than messages are disclosed, with which nothing else is told. */
  readonly categories: readonly string[] | null;
  /** Free text; null where it is withheld. */
  readonly purposes: readonly string[] | null;
}

function inShort(purposes: readonly string[]): string {
  const text = purposes.join('; ');
  return text.length <= PURPOSES_CHARACTERS_MAX ? text : `${text.slice(0, PURPOSES_CHARACTERS_MAX - 1)}…`;
}

/** With a clear explanation of the scope of the consent, as 42 CFR 2.32(b) asks where no copy of it goes along. */
export function writePart2Notice({ sender, receiver, categories, purposes, expiresAt }: Part2Scope): string {
  const what = categories === null ? 'messages' : categories.join(', ');
  const why = purposes === null ? '' : ` for: ${inShort(purposes)};`;
  return `${NOTICE} The client’s consent: ${sender} may disclose ${what} to ${receiver},${why} until ${writeDay(expiresAt, 'en')}, unless the client takes it back before.`;
}
