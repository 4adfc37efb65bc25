/**
 * `npm run demo`: the whole loop, told step by step, against the server at BASE_URL, else the one at PORT, else
 * one of its own. The key comes from OPERATOR_KEY, else it is made in the database of STATE_DIR.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Caller } from './demo/caller.ts';
import type { Crm } from './demo/crm.ts';
import { Disappointment, Narrator } from './demo/narrator.ts';
import { playReferrals } from './demo/referrals.ts';
import { showReport } from './demo/report.ts';
import { createSides, makePartnership } from './demo/setting.ts';
import { findFreePort } from './local/ports.ts';
import { startServer } from './local/server.ts';
import { originOf, readLocalSettings, runScript, shownPath, UsageError } from './local/settings.ts';
import { createOperatorKey } from './local/state.ts';

interface Target {
  readonly origin: string;
  readonly operatorKey: string;
  readonly close: () => Promise<void>;
}

async function isExchange(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/openapi.yaml`, { signal: AbortSignal.timeout(5000) });
    return response.ok && (await response.text()).includes('Referral Exchange');
  } catch {
    return false;
  }
}

async function startOwn(): Promise<Target> {
  const stateDir = mkdtempSync(join(tmpdir(), 'referral-exchange-demo-'));
  const removeState = () =>
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.once('exit', removeState);
  const server = await startServer({ port: await findFreePort(), stateDir });
  return { origin: server.origin, operatorKey: await createOperatorKey({ stateDir }), close: server.stop };
}

async function findTarget(): Promise<Target> {
  const { BASE_URL, OPERATOR_KEY } = process.env;
  const { port, stateDir } = readLocalSettings();
  const origin = BASE_URL ? BASE_URL.replace(/\/$/, '') : originOf(port);
  if (await isExchange(origin)) {
    console.log(`Playing against the server at ${origin}.`);
    const operatorKey = OPERATOR_KEY ?? (await createOperatorKey({ stateDir }));
    const known = await fetch(`${origin}/v1/practices?limit=1`, {
      headers: { Authorization: `Bearer ${operatorKey}` },
    });
    if (known.status === 401) {
      throw new UsageError(
        OPERATOR_KEY
          ? `${origin} does not know the key in OPERATOR_KEY.`
          : `${origin} does not keep its state in ${shownPath(stateDir)}: set STATE_DIR to the folder that it was started with.`,
      );
    }
    return { origin, operatorKey, close: async () => {} };
  }
  if (BASE_URL) throw new UsageError(`There is no Referral Exchange at ${origin}.`);
  console.log(`No server answers at ${origin}: starting one of my own …`);
  return startOwn();
}

function summarize(narrator: Narrator, crms: readonly Crm[]): void {
  const latencies = crms.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const refused = crms.reduce((sum, crm) => sum + crm.refused, 0);
  narrator.chapter('In sum');
  narrator.expect(refused === 0, `${latencies.length} webhooks arrived, and every signature was valid`);
  const median = latencies[Math.floor((latencies.length - 1) / 2)];
  narrator.say(
    `Half of them came within ${median} ms of their event, the slowest after ${latencies.at(-1)} ms.`,
  );
  console.log(`\nAll ${narrator.expectations} expectations held.`);
}

async function play({ origin, operatorKey }: Target): Promise<void> {
  const narrator = new Narrator();
  const crms: Crm[] = [];
  try {
    const operator = new Caller('Operator', origin, operatorKey, narrator);
    const { sender, receiver } = await createSides({ origin, operator, narrator, crms });
    await makePartnership(sender, receiver, narrator);
    const sentAt = await playReferrals({ sender, receiver, narrator });
    await showReport(sender, sentAt, narrator);
    summarize(narrator, crms);
  } catch (error) {
    if (error instanceof Disappointment) throw new UsageError(`\n   ✗ This did not hold: ${error.message}`);
    throw error;
  } finally {
    for (const crm of crms) crm.close();
  }
}

await runScript(async () => {
  const target = await findTarget();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void target.close().finally(() => process.exit(1)));
  try {
    await play(target);
  } finally {
    await target.close();
  }
});
process.exit();
