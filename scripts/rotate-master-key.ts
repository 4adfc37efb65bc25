/**
 * `npm run rotate-master-key`: re-wraps what old master keys hold with the current one; see docs/operations.md. May be
 * interrupted and run again, and waits for a while where the database is busy. `-- --remote`: in the deployed database,
 * with MASTER_KEYS from the environment.
 */
import { MasterVault } from '../src/platform/vault/vault.ts';
import { openDatabase, readKeys } from './local/database.ts';
import { patient } from './local/patience.ts';
import { startProgress } from './local/progress.ts';
import { runScript } from './local/settings.ts';
import { readTarget } from './local/target.ts';
import { countOld, HOLDERS, type Rotated, rotate } from './privacy/rotation.ts';

await runScript(async () => {
  const target = readTarget();
  // A row that is under the new key is not found again, so that each batch may be sent twice.
  const execute = patient(await openDatabase(target), { say: console.error, areWritesRepeatable: true });
  const masterKeys = readKeys(target, 'MASTER_KEYS');
  const { current } = masterKeys;
  const vault = new MasterVault({ masterKeys });
  const counts = await countOld(execute, HOLDERS, current);
  const done: Rotated[] = [];
  for (const [index, holder] of HOLDERS.entries()) {
    const count = counts[index] ?? 0;
    if (count === 0) {
      done.push({ rewrapped: 0, failed: [] });
      continue;
    }
    const progress = startProgress(holder.name, count);
    done.push(await rotate(execute, holder, vault, current, progress.advance));
    progress.stop();
  }
  // Of every holder, also where there was nothing to do: a Worker without the new key may have written meanwhile.
  const left = await countOld(execute, HOLDERS, current);
  for (const [index, { name }] of HOLDERS.entries()) {
    const { rewrapped, failed } = done[index] as Rotated;
    const leftOfIt = left[index] ?? 0;
    console.log(`${name}: ${rewrapped} re-wrapped with "${current}", ${leftOfIt} left under another key.`);
    if (failed.length > 0) {
      console.error(
        `${failed.length} could not be opened, first ${failed[0]}: is every old key still in MASTER_KEYS?`,
      );
    }
    if (leftOfIt > 0) process.exitCode = 1;
    if (leftOfIt > failed.length)
      console.error('Some were written meanwhile under an old key: run this again.');
  }
});
