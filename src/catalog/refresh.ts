/** The directory finds practices by the labels of their codes. After another label they are written anew, each minute some. */
import type { Database } from '../platform/db/database.ts';
import {
  noteRefreshed,
  refreshEntries,
  selectNumbersUsing,
  selectTermsToRefresh,
} from './catalog.repository.ts';

const TERMS_PER_RUN_MAX = 5;
const PRACTICES_PER_RUN_MAX = 200;

export async function refreshDirectory(database: Database): Promise<void> {
  const { query } = database;
  const [terms] = await database.batch([selectTermsToRefresh(query, TERMS_PER_RUN_MAX)]);
  for (const term of terms) {
    const after = term.refreshed_number ?? -1;
    const [found] = await database.batch([selectNumbersUsing(query, term, after, PRACTICES_PER_RUN_MAX)]);
    const numbers = found.map(({ number }) => number);
    const last = numbers.length < PRACTICES_PER_RUN_MAX ? null : (numbers.at(-1) ?? null);
    await database.batch([refreshEntries(query, numbers), noteRefreshed(query, term, last)]);
  }
}
