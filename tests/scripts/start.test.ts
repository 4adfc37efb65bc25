/** `npm start` when single processes of it are killed: it heals itself, or the next one works. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFreePort } from '../../scripts/local/ports.ts';
import { leftIn, startByNpm } from '../support/start.ts';
import { until } from '../support/until.ts';

const stateDir = mkdtempSync(join(tmpdir(), 'referral-exchange-start-'));
const place = { port: await findFreePort(), stateDir };
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

test.skipIf(process.platform !== 'linux')(
  'npm start whose npm, shell or script is killed as it begins leaves nothing that refuses the next one, which starts anew whatever dies behind it',
  async () => {
    for (const victim of ['npm', 'shell', 'toolchain', 'script', 'all'] as const) {
      const start = startByNpm(place);
      // The last of these to come: what watches the others may not have looked yet.
      await until(async () => start.find('script') !== null || start.hasEnded(), Boolean);
      await start.kill(victim);
    }
    const last = startByNpm(place);
    await last.untilItAnswers();
    const healed = () => last.output().split('It answers again at').length - 1;
    for (const [index, victim] of (['workerd', 'proxy', 'wrangler'] as const).entries()) {
      await last.kill(victim);
      await until(
        async () => healed(),
        (count) => count > index,
      );
      await last.untilItAnswers();
    }
    expect(last.output()).toContain('A workerd ended: starting it anew');
    expect(last.output()).toContain('wrangler was ended by SIGKILL: starting it anew');
    await last.stop();
    expect(leftIn(stateDir)).toEqual([]);
  },
);
