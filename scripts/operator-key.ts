/** `npm run -s operator-key`: prints a new operator key, and nothing else. `-- --remote`: for the deployed database (`--env staging`: that one). */
import { runScript } from './local/settings.ts';
import { createOperatorKey } from './local/state.ts';
import { readTarget } from './local/target.ts';

await runScript(async () => {
  console.log(await createOperatorKey(readTarget()));
});
