/**
 * What a board's whole list costs to bring in: `npm run bench:roster -- --lines 100000 --seed 1`. Time, memory and rows
 * are those that `npm run roster` prints itself. The list is imported in one go for one board, and for another one by a
 * process that is killed (SIGKILL) in the middle and started again; what both boards have afterwards is compared line by
 * line. The server is the one of `npm start`, on a state folder of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openLocalDatabase } from '../scripts/local/local-d1.ts';
import { type Server, startServer } from '../tests/support/server.ts';
import { expectStatus } from '../tests/support/world.ts';
import { describeMachine, shownLoad } from './support.ts';

const GIVEN = ['Ana', 'Bo', 'Chidi', 'Dolores', 'Eun-ji', 'Farid', 'Grace', 'Hùng', 'Inés', 'Jordan'];
const FAMILY = ['Alder', 'Birch', 'Cedar', 'Delgado', 'Ekström', 'Farrow', 'García Luna', "O'Hara", 'Quill'];
const STATES = ['Current', 'Current', 'Current', 'Current', 'Expired', 'Revoked'];
/** One line in so many has no number, and one repeats the number of another. */
const FAULTY_EVERY = 1000;
const REPEATED_EVERY = 997;

/** A list as boards publish them, the same for the same seed. */
async function writeList(file: string, lines: number, seed: number): Promise<void> {
  const random = xoroshiro128plus(seed);
  const pick = <T>(values: readonly T[]) => values[uniformInt(random, 0, values.length - 1)] as T;
  const out = createWriteStream(file);
  out.write('Lic No,First,Last,Status,Expires\r\n');
  for (let line = 1; line <= lines; line += 1) {
    const number = line % FAULTY_EVERY === 0 ? '' : `PSY-${line % REPEATED_EVERY === 0 ? line - 1 : line}`;
    const day = `${pick(['01', '06', '12'])}/30/${uniformInt(random, 2027, 2031)}`;
    const text = `${number},${pick(GIVEN)},${pick(FAMILY)},${pick(STATES)},${day}\r\n`;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

interface Bench {
  readonly server: Server;
  readonly operatorKey: string;
  readonly file: string;
}

/** What the command prints at its end. */
interface Printed {
  readonly lines: string;
  readonly seconds: string;
  readonly 'memory MB': string;
  readonly 'rows written': string;
}

function startImport({ server, operatorKey, file }: Bench, boardId: string) {
  const options = [
    ...['--board', boardId, '--as-of', '2026-10-01', '--source', 'Bench'],
    ...['--columns', 'number=Lic No,name=First+Last,status=Status,expires_on=Expires'],
    ...['--status', 'Current=active,Expired=lapsed,Revoked=disciplined'],
  ];
  const child = spawn(process.execPath, ['--no-warnings', 'scripts/roster.ts', 'import', file, ...options], {
    env: { ...process.env, BASE_URL: `http://127.0.0.1:${server.port}`, OPERATOR_KEY: operatorKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const ended = once(child, 'close').then((): Printed | null => {
    if (child.signalCode !== null) return null;
    const [, seconds, memory, rows] =
      /([\d.]+) s, at most (\d+) MB of memory, D1 rows written: ([\d,]+)\./.exec(text) ?? [];
    const [, taken, before] =
      /(\d+) lines are on the roster \w+, (\d+) of them since before/.exec(text) ?? [];
    if (!taken || !before || !seconds || !memory || !rows) throw new Error(`the import failed:\n${text}`);
    return {
      lines: `${taken}, ${before} of them since before`,
      seconds,
      'memory MB': memory,
      'rows written': rows,
    };
  });
  return { child, ended };
}

async function newBoard({ server, operatorKey }: Bench, name: string): Promise<string> {
  const body = { name, jurisdiction: 'US-NE' };
  return expectStatus(await server.call(operatorKey, '/v1/boards', { body }), 201).body.id;
}

/** Killed once half of the lines are there, and started again. */
async function importKilled(bench: Bench, boardId: string, lines: number): Promise<Printed | null> {
  const first = startImport(bench, boardId);
  for (;;) {
    await sleep(50);
    const { body } = await bench.server.call(bench.operatorKey, `/v1/boards/${boardId}/rosters`);
    if ((body.data[0]?.last_line ?? 0) > lines / 2) break;
    if (first.child.exitCode !== null) throw new Error('It was done before it could be killed: more lines');
  }
  first.child.kill('SIGKILL');
  await first.ended;
  return startImport(bench, boardId).ended;
}

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const lines = Number(values.lines);
const startLoad = shownLoad();
const folder = mkdtempSync(join(tmpdir(), 'referral-exchange-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const file = join(folder, 'list.csv');
await writeList(file, lines, Number(values.seed));
const state = join(folder, 'state');
const server = await startServer(state);
try {
  const bench = { server, operatorKey: await server.operatorKey(), file };
  const [whole, killed] = [await newBoard(bench, 'Whole'), await newBoard(bench, 'Killed')];
  const table = {
    'in one go': await startImport(bench, whole).ended,
    'killed half-way, the second start': await importKilled(bench, killed, lines),
    'the same list again': await startImport(bench, whole).ended,
  };
  await server.stop();
  const read = openLocalDatabase(state);
  const linesOf = (boardId: string) =>
    `select number_key, number, name, status, title, expires_on, line from roster_lines where board_id = '${boardId}' order by number_key`;
  const [left, right] = (await read([whole, killed].map(linesOf))).map((rows) => JSON.stringify(rows));
  console.log(`${lines} lines, ${(statSync(file).size / 1e6).toFixed(1)} MB, seed ${values.seed}`);
  console.table(table);
  console.log(left === right ? 'Both boards have the same lines.' : 'THE BOARDS DIFFER.');
  console.log(`${describeMachine()} (${startLoad} before)`);
  if (left !== right) process.exitCode = 1;
} finally {
  await server.stop();
}
