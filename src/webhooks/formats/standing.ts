/**
 * A record that stands in a CRM already: what the front desk typed there is theirs. Names are written only over
 * neutral ones of ours, and an address or a number only where there is none.
 */
import type { Seen } from './format.ts';
import { textMemberIn } from './readings.ts';
import { isNeutralName } from './words.ts';

export interface Fields {
  /** Together the client's name; the one that a CRM insists on stands first. */
  readonly names: readonly string[];
  readonly others: readonly string[];
}

/** Names of fields, as they are kept from one step to the next. */
const joined = (names: readonly string[]) => names.join(' ');

/** The fields that may be written, by an answer that shows the record. */
export function writableIn(excerpt: string, { names, others }: Fields): string {
  const standing = textMemberIn(excerpt, names[0] ?? '') ?? '';
  const isNameless = standing === '' || isNeutralName(standing);
  const isEmpty = (name: string) => (textMemberIn(excerpt, name) ?? '') === '';
  return joined([...(isNameless ? names : []), ...others.filter(isEmpty)]);
}

/** Of the client's fields those that may be written; a neutral name never is. */
export function keepWritable<T>(
  values: Readonly<Record<string, T>>,
  { names, others }: Fields,
  { writable = '' }: Seen,
  hasClientName: boolean,
): Record<string, T> {
  const allowed = writable.split(' ');
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => {
      if (names.includes(field)) return hasClientName && allowed.includes(field);
      return !others.includes(field) || allowed.includes(field);
    }),
  );
}
