/**
 * Moves everything that a master key holds to the current one. Each batch is complete by itself and is found as done
 * afterwards: an interruption loses nothing, and a repetition goes on where it was. Readers accept old and new at once.
 */
import { MASTER_SEALED_TABLES, type MasterPlace, type MasterVault } from '../../src/platform/vault/vault.ts';
import { type Execute, quote, type Row } from '../local/database.ts';

/** An update is about 300 characters, and a command line has about 120,000; on Windows 32,000. */
const ROWS_PER_BATCH = process.platform === 'win32' ? 80 : 300;

interface Holder {
  /** What is re-wrapped, in the words of the report. */
  readonly name: string;
  readonly table: string;
  readonly id: string;
  readonly columns: readonly string[];
  /** SQL: the row is under another key than the current one. */
  readonly isOld: (currentKeyId: string) => string;
  readonly rewrap: (vault: MasterVault, row: Row) => Promise<Row>;
}

/** Everything in the database that a master key seals. A new such column belongs here. */
export const HOLDERS: readonly Holder[] = [
  {
    name: 'data keys',
    table: 'client_records',
    id: 'referral_id',
    columns: ['master_key_id', 'wrapped_data_key'],
    isOld: (currentKeyId) => `master_key_id <> ${quote(currentKeyId)}`,
    rewrap: async (vault, row) => ({
      ...(await vault.rewrapDataKey(String(row.referral_id), {
        master_key_id: String(row.master_key_id),
        wrapped_data_key: String(row.wrapped_data_key),
      })),
    }),
  },
  sealedColumn('endpoint secrets', 'webhook_endpoints', 'sealed_secret'),
  // Rotated out, it was moved here as it stood.
  sealedColumn('former endpoint secrets', 'webhook_endpoints', 'sealed_previous_secret', 'sealed_secret'),
  sealedColumn('endpoint headers', 'webhook_endpoints', 'sealed_headers'),
  sealedColumn('format settings', 'webhook_endpoints', 'sealed_format_settings'),
  sealedColumn('callback secrets', 'webhook_endpoints', 'sealed_callback_secret'),
  sealedColumn('format sessions', 'webhook_endpoints', 'sealed_format_session'),
  sealedColumn('notes of inviters', 'partnerships', 'sealed_inviter_notes'),
  sealedColumn('notes of invitees', 'partnerships', 'sealed_invitee_notes'),
  sealedColumn('prepared referrals', 'prepared_referrals', 'sealed_wish'),
];

/** @param sealedAs the column that it was sealed for, where that is another one */
function sealedColumn(
  name: string,
  table: Exclude<keyof typeof MASTER_SEALED_TABLES, 'client_records'>,
  column: string,
  sealedAs = column,
): Holder {
  return {
    name,
    table,
    id: MASTER_SEALED_TABLES[table],
    columns: [column],
    isOld: (currentKeyId) =>
      `${column} is not null and substr(${column}, 1, ${currentKeyId.length + 4}) <> ${quote(`v1.${currentKeyId}.`)}`,
    rewrap: async (vault, row) => {
      const place: MasterPlace = {
        column: `${table}.${sealedAs}`,
        row: String(row[MASTER_SEALED_TABLES[table]]),
      };
      return { [column]: await vault.rewrapSecret(String(row[column]), place) };
    },
  };
}

export interface Rotated {
  readonly rewrapped: number;
  /** Rows that their key does not open: they were tampered with, or their key is not among MASTER_KEYS. */
  readonly failed: readonly string[];
}

/** The update of one row, unless it was changed or erased since it was read. */
function writeUpdate({ table, id, columns }: Holder, before: Row, after: Row): string {
  const set = columns.map((column) => `${column} = ${quote(String(after[column]))}`).join(', ');
  const unchanged = columns.map((column) => `${column} = ${quote(String(before[column]))}`).join(' and ');
  return `update ${table} set ${set} where ${id} = ${quote(String(before[id]))} and ${unchanged}`;
}

/** How many rows of each holder are under another key. In one go: to ask a database from outside takes seconds. */
export async function countOld(
  execute: Execute,
  holders: readonly Holder[],
  currentKeyId: string,
): Promise<number[]> {
  const results = await execute(
    holders.map(({ table, isOld }) => `select count(*) as count from ${table} where ${isOld(currentKeyId)}`),
  );
  return results.map((rows) => Number(rows[0]?.count ?? 0));
}

export async function rotate(
  execute: Execute,
  holder: Holder,
  vault: MasterVault,
  currentKeyId: string,
  onBatch: (rows: number) => void = () => undefined,
  rowsPerBatch = ROWS_PER_BATCH,
): Promise<Rotated> {
  const { table, id, columns } = holder;
  const select = (after: string) =>
    `select ${id}, ${columns.join(', ')} from ${table}
     where ${id} > ${quote(after)} and ${holder.isOld(currentKeyId)} order by ${id} limit ${rowsPerBatch}`;
  const failed: string[] = [];
  let rewrapped = 0;
  let [rows = []] = await execute([select('')]);
  while (rows.length > 0) {
    const updates = await Promise.all(
      rows.map(async (row) => {
        try {
          return writeUpdate(holder, row, await holder.rewrap(vault, row));
        } catch {
          failed.push(String(row[id]));
          return null;
        }
      }),
    );
    const possible = updates.filter((update) => update !== null);
    const results = await execute([...possible, select(String(rows.at(-1)?.[id]))]);
    rewrapped += possible.length;
    onBatch(rows.length);
    rows = results.at(-1) ?? [];
  }
  return { rewrapped, failed };
}
