/** Values whose words stand in a table of the code already. */
import { describeEvent, EVENT_TYPE_NAMES } from '../ledger/event-types.ts';
import { FORMAT_NAMES, FORMATS } from '../webhooks/formats/formats.ts';
import { SOURCE_NAMES } from '../webhooks/formats/sources.ts';
import { describedValues } from './described.ts';

const wordsOf = <T extends string>(names: readonly T[], wordsFor: (name: T) => string) =>
  Object.fromEntries(names.map((name) => [name, wordsFor(name)]));

export function describeDerivedValues(): void {
  describedValues(EVENT_TYPE_NAMES, wordsOf(EVENT_TYPE_NAMES, describeEvent), []);
  describedValues(
    FORMAT_NAMES,
    wordsOf(FORMAT_NAMES, (name) => `${FORMATS[name].title}.`),
    [],
  );
  const spoken = (source: string) => source.replaceAll(/[._]/g, ' ');
  describedValues(
    SOURCE_NAMES,
    wordsOf(SOURCE_NAMES, (name) => `The ${spoken(name)}.`),
    [],
  );
}
