/**
 * `npm run torture:start [-- rounds]`: kills a process of `npm start`, or all of them, at a random moment of the start
 * or after it. Either the server answers again by itself, or the next `npm start` works.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../scripts/local/ports.ts';
import { leftIn, startByNpm, VICTIMS } from '../tests/support/start.ts';

const ROUNDS_DEFAULT = 30;
/** About how long a start takes on an idle machine. */
const START_MS = 5000;

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT);
const stateDir = mkdtempSync(join(tmpdir(), 'referral-exchange-torture-'));
const place = { port: await findFreePort(), stateDir };
const targets = [...VICTIMS, 'all'] as const;
const outcomes = new Map<string, number>();

for (let round = 0; round < rounds; round += 1) {
  const victim = targets[round % targets.length] ?? 'all';
  // Some in the start, some after it; a folder that is new in each first of them.
  const isAfter = Math.floor(round / targets.length) % 2 === 1;
  if (!isAfter) rmSync(stateDir, { recursive: true, force: true });
  const start = startByNpm(place);
  if (isAfter) await start.untilItAnswers();
  const delayMs = Math.round(Math.random() * START_MS);
  await sleep(delayMs);
  await start.kill(victim);
  let outcome = 'the same answers again';
  let server = start;
  // Those who answer for the server are gone, or it gives up with words: the next one must work, and at once.
  if (['npm', 'shell', 'toolchain', 'script', 'all'].includes(victim)) {
    outcome = 'the next works';
    server = startByNpm(place);
  }
  await server.untilItAnswers().catch(async (error: Error) => {
    if (server !== start || !start.hasEnded()) throw error;
    outcome = 'it ended, and the next works';
    server = startByNpm(place);
    await server.untilItAnswers();
  });
  await server.stop();
  const left = leftIn(stateDir);
  if (left.length > 0) throw new Error(`Left behind: ${left.map(({ command }) => command).join('\n')}`);
  const moment = `${isAfter ? 'after' : 'in'} the start`;
  console.log(`${round + 1}/${rounds}  ${victim} killed ${moment}, ${delayMs} ms: ${outcome}`);
  const key = `${victim}, ${moment}: ${outcome}`;
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
}
rmSync(stateDir, { recursive: true, force: true });
console.table([...outcomes].map(([what, times]) => ({ what, times })));
console.log(`All ${rounds} rounds held.`);
