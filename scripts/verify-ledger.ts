/**
 * `npm run verify-ledger`: checks the history of every referral and names the first broken link; the exit code is 1
 * where there is one. `-- --remote`: of the deployed database, with LEDGER_KEYS from the environment.
 */
import type { CheckedReferral } from '../src/ledger/chain/check.ts';
import { LedgerKeys } from '../src/ledger/chain/ledger-keys.ts';
import { openDatabase, readKeys } from './local/database.ts';
import { patient } from './local/patience.ts';
import { startProgress } from './local/progress.ts';
import { runScript } from './local/settings.ts';
import { readTarget } from './local/target.ts';
import { checkAll, countReferrals } from './privacy/verification.ts';

await runScript(async () => {
  const target = readTarget();
  const execute = patient(await openDatabase(target), { say: console.error });
  const keys = new LedgerKeys(readKeys(target, 'LEDGER_KEYS'));
  const progress = startProgress('referrals', await countReferrals(execute));
  const broken: CheckedReferral[] = [];
  let [referrals, sealed, pending] = [0, 0, 0];
  for await (const page of checkAll(execute, keys)) {
    for (const one of page) {
      referrals += 1;
      sealed += one.sealed_count;
      pending += one.pending_count;
      if (one.first_broken) broken.push(one);
    }
    progress.advance(page.length);
  }
  progress.stop();
  console.log(`${referrals} referrals: ${sealed} links, ${pending} entries that the next minute seals.`);
  const [first] = broken;
  if (!first?.first_broken) {
    console.log('Every chain holds.');
    return;
  }
  const { number, kind, entry_id, fault } = first.first_broken;
  const place = [number === null ? '' : `link ${number}`, kind ?? '', entry_id ?? '']
    .filter(Boolean)
    .join(', ');
  console.log(
    `${broken.length} broken. The first: referral ${first.referral_id}, ${place || 'its end'}: ${fault}.`,
  );
  process.exitCode = 1;
});
