/** The lines of a board's file, one by one. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import * as v from 'valibot';
import { toFaults } from '../../src/http/input.ts';
import { RosterLineSchema } from '../../src/verification/rosters/lines.ts';

export type RosterLine = v.InferOutput<typeof RosterLineSchema>;
export type ReadLine =
  | { readonly line: number; readonly value: RosterLine }
  | { readonly line: number; readonly reason: string };

/** What the board calls things: our members by its columns (`First+Last` is two of them), our statuses by its words. */
export interface Wording {
  readonly columns: ReadonlyMap<string, string>;
  readonly statuses: ReadonlyMap<string, string>;
}

/** By what the file is known again, and how long it is. */
export async function measure(file: string): Promise<{ fingerprint: string; lines: number }> {
  const hash = createHash('sha256');
  let lines = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  }
  return { fingerprint: hash.digest('hex'), lines };
}

interface RawLine {
  readonly line: number;
  readonly record: Record<string, unknown> | null;
}

async function* readCsv(file: string): AsyncGenerator<RawLine> {
  const options = {
    bom: true,
    columns: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  } as const;
  const parser = createReadStream(file).pipe(parse(options));
  for await (const { record, info } of parser as AsyncIterable<{
    record: Record<string, unknown>;
    info: { lines: number };
  }>)
    yield { line: info.lines, record };
}

async function* readNdjson(file: string): AsyncGenerator<RawLine> {
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() === '') continue;
    try {
      const record: unknown = JSON.parse(text);
      yield { line, record: typeof record === 'object' ? (record as Record<string, unknown> | null) : null };
    } catch {
      yield { line, record: null };
    }
  }
}

/** `10/31/2027` as well as `2027-10-31`; an empty one says nothing. */
function toDay(text: string): string | null {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (!american) return text === '' ? null : text;
  const [, month = '', day = '', year = ''] = american;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function toLine({ line, record }: RawLine, { columns, statuses }: Wording): ReadLine {
  if (!record) return { line, reason: 'is no JSON object' };
  const read = (member: string) =>
    (columns.get(member) ?? member)
      .split('+')
      .map((column) => String(record[column] ?? '').trim())
      .filter(Boolean)
      .join(' ');
  const said = read('status');
  const status = statuses.get(said) ?? said.toLowerCase();
  const wish = {
    line,
    number: read('number'),
    name: read('name'),
    ...(status === '' ? {} : { status }),
    title: read('title') || null,
    expires_on: toDay(read('expires_on')),
  };
  const parsed = v.safeParse(RosterLineSchema, wish);
  if (parsed.success) return { line, value: parsed.output };
  const [fault] = toFaults(parsed.issues, '', RosterLineSchema);
  return { line, reason: `${fault?.pointer ?? ''} ${fault?.detail ?? ''}`.trim() };
}

/** Holds one line at a time, however long the file is. */
export async function* readLines(file: string, wording: Wording): AsyncGenerator<ReadLine> {
  const raw = /\.(ndjson|jsonl)$/i.test(file) ? readNdjson(file) : readCsv(file);
  for await (const one of raw) yield toLine(one, wording);
}
