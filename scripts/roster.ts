/**
 * `npm run roster -- import FILE --board ID --as-of YYYY-MM-DD --source TEXT`: brings a board's list onto the exchange at
 * BASE_URL with OPERATOR_KEY. CSV with a header line, or NDJSON (`.ndjson`). It reads the file as a stream, names the lines
 * that it cannot take, and goes on where it was interrupted.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startProgress } from './local/progress.ts';
import { runScript, UsageError } from './local/settings.ts';
import { importRoster } from './roster/import.ts';
import { measure, readLines } from './roster/lines.ts';

const USAGE = `npm run roster -- import FILE --board ID --as-of 2026-10-01 --source "The board's file"
  --columns "number=Lic No,name=First+Last,status=Status,expires_on=Expires"   where the header has other names
  --status "Current=active,Expired=lapsed,Revoked=disciplined"                  where the board has other words
  BASE_URL and OPERATOR_KEY say where and as whom.`;

/** `a=b,c=d` */
const toMap = (text: string): Map<string, string> =>
  new Map(
    text
      .split(',')
      .filter(Boolean)
      .map((pair) => {
        const [name = '', value = ''] = pair.split(/=(.*)/s);
        return [name.trim(), value.trim()] as const;
      }),
  );

function need(name: string, value: string | undefined): string {
  if (value) return value;
  throw new UsageError(`${name} is missing.\n${USAGE}`);
}

/** `maxRSS` begins with what the process that started this one had: where Linux knows its own, that is told. */
function peakMegabytes(): number {
  const { maxRSS } = process.resourceUsage();
  try {
    return (
      Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? maxRSS) / 1024
    );
  } catch {
    return maxRSS / 1024;
  }
}

await runScript(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      board: { type: 'string' },
      'as-of': { type: 'string' },
      source: { type: 'string' },
      columns: { type: 'string', default: '' },
      status: { type: 'string', default: '' },
    },
  });
  const [command, file] = positionals;
  if (command !== 'import' || !file) throw new UsageError(USAGE);
  const target = {
    origin: need('BASE_URL', process.env.BASE_URL),
    operatorKey: need('OPERATOR_KEY', process.env.OPERATOR_KEY),
    boardId: need('--board', values.board),
    asOf: need('--as-of', values['as-of']),
    source: need('--source', values.source),
  };
  const startedAt = performance.now();
  const { fingerprint, lines } = await measure(file);
  const progress = startProgress('lines', lines);
  const wording = { columns: toMap(values.columns), statuses: toMap(values.status) };
  const done = await importRoster(target, fingerprint, readLines(file, wording), {
    advance: (count) => progress.advance(count),
    reject: ({ line, reason }) => console.log(`line ${line}: ${reason}`),
  });
  progress.stop();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const memory = peakMegabytes().toFixed(0);
  const rows =
    done.rowsWritten === null ? 'not told outside development' : done.rowsWritten.toLocaleString('en');
  console.log(
    `${done.accepted} lines are on the roster ${done.rosterId}, ${done.skipped} of them since before; ${done.rejected} were not taken.`,
  );
  console.log(`${seconds} s, at most ${memory} MB of memory, D1 rows written: ${rows}.`);
});
