/** `npm run roster`: a board's file of any size, also where it was killed in the middle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import { expectStatus } from '../support/world.ts';

const LINES = 4_000;
let exchange: Exchange;
let operatorKey: string;
let folder: string;
/** Between the script and the exchange: so many parts are answered, one more is only taken. */
let partsAnswered = Number.POSITIVE_INFINITY;
let isHanging: () => void = () => {};
let origin: string;
beforeAll(async () => {
  exchange = await startExchange();
  operatorKey = await exchange.operatorKey();
  folder = mkdtempSync(join(tmpdir(), 'roster-'));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});

const proxy = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const path = request.url ?? '';
  const answer = await fetch(
    exchange.origin + path.replace(/^\//, exchange.origin.endsWith('/') ? '' : '/'),
    {
      method: request.method ?? 'GET',
      headers: { Authorization: request.headers.authorization ?? '', 'Content-Type': 'application/json' },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    },
  );
  const body = await answer.text();
  if (path.endsWith('/lines')) {
    partsAnswered -= 1;
    if (partsAnswered < 0) return isHanging();
  }
  response.writeHead(answer.status, { 'Server-Timing': answer.headers.get('Server-Timing') ?? '' });
  response.end(body);
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await exchange.close();
  rmSync(folder, { recursive: true, force: true });
});

const newBoard = async (name: string) =>
  expectStatus(await exchange.call(operatorKey, '/v1/boards', { body: { name, jurisdiction: 'US-NE' } }), 201)
    .body.id as string;

function start(file: string, boardId: string, ...options: string[]) {
  const args = [
    'scripts/roster.ts',
    'import',
    file,
    '--board',
    boardId,
    '--as-of',
    '2026-10-01',
    '--source',
    'Test',
  ];
  const env = {
    ...process.env,
    BASE_URL: origin,
    OPERATOR_KEY: operatorKey,
  };
  const child = spawn(process.execPath, ['--no-warnings', ...args, ...options], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, text })),
  );
  return { child: child as ChildProcess, ended };
}

const linesOf = (boardId: string) =>
  exchange.sql(
    'select number_key, name, line, status, expires_on from roster_lines where board_id = ? order by number_key',
    boardId,
  );

const csv = () => {
  const rows = Array.from({ length: LINES }, (_, index) => {
    const number = index % 1000 === 999 ? '' : `PSY-${index}`;
    return `${number},"Family ${index}, Given",Current,${index % 2 ? '10/31/2027' : '2027-10-31'}`;
  });
  return `Lic No,Full Name,State of it,Ends\r\n${rows.join('\r\n')}\r\n`;
};
const WORDING = [
  '--columns',
  'number=Lic No,name=Full Name,status=State of it,expires_on=Ends',
  '--status',
  'Current=active',
];

test('a file that is killed in the middle gives the same after a second start as one that is not', async () => {
  const file = join(folder, 'list.csv');
  writeFileSync(file, csv());
  const [whole, killed] = [await newBoard('Whole'), await newBoard('Killed')];
  const done = await start(file, whole, ...WORDING).ended;
  expect([done.code, done.text]).toEqual([0, expect.stringContaining('3996 lines are on the roster')]);
  expect(done.text).toMatch(/line 1001: number .*\n/);
  expect(done.text).toMatch(/4 were not taken/);
  expect(done.text).toMatch(/s, at most \d+ MB of memory, D1 rows written: [\d,]+\./);

  partsAnswered = 5;
  const hanging = new Promise<void>((resolve) => {
    isHanging = resolve;
  });
  const first = start(file, killed, ...WORDING);
  await hanging;
  first.child.kill('SIGKILL');
  await first.ended;
  partsAnswered = Number.POSITIVE_INFINITY;
  const half = (await linesOf(killed)).length;
  // The sixth part was taken, too, and nobody heard of it.
  expect(half).toBe(6 * 300);
  const second = await start(file, killed, ...WORDING).ended;
  expect([second.code, second.text]).toEqual([0, expect.stringContaining('4 were not taken')]);
  expect(second.text).toMatch(/3996 lines are on the roster ros_\w+, [1-9]\d* of them since before/);
  expect(await linesOf(killed)).toEqual(await linesOf(whole));
  const rosters = await exchange.sql('select completed_at from rosters where board_id = ?', killed);
  expect(rosters).toMatchObject([{ completed_at: expect.any(Number) }]);
});

test('NDJSON is read, two columns make a name, and each line that cannot be taken is named with the reason', async () => {
  const file = join(folder, 'list.ndjson');
  const lines = [
    { id: 'A-1', first: 'Ann', last: 'Alder', state: 'Revoked', expires_on: null },
    { id: 'A-2', first: 'Bo', last: 'Birch', state: 'unheard of' },
    { id: 'A-3', first: 'Cy', last: 'Cedar', expires_on: '2026-02-30' },
  ];
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{broken\n\n[1]\n`);
  const board = await newBoard('NDJSON');
  const { code, text } = await start(
    file,
    board,
    '--columns',
    'number=id,name=first+last,status=state',
    '--status',
    'Revoked=disciplined',
  ).ended;
  expect([code, text]).toEqual([0, expect.stringContaining('1 lines are on the roster')]);
  for (const words of [
    'line 2: status must be one of',
    'line 3: expires_on must be a day that exists',
    'line 4: is no JSON object',
    'line 6: ',
  ])
    expect(text).toContain(words);
  expect(await linesOf(board)).toEqual([
    { number_key: 'A1', name: 'Ann Alder', line: 1, status: 'disciplined', expires_on: null },
  ]);
});

test('what is missing is said, and a board that there is not', async () => {
  const file = join(folder, 'empty.csv');
  writeFileSync(file, 'number,name\n');
  const nowhere = await start(file, 'brd_01aaaaaaaaaaaaaaaaaaaaaaaa').ended;
  expect([nowhere.code, nowhere.text]).toEqual([1, expect.stringContaining('404')]);
  const unsaid = await start(file, '').ended;
  expect([unsaid.code, unsaid.text]).toEqual([1, expect.stringContaining('--board is missing')]);
});
