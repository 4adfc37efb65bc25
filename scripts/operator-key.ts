/** `npm run -s operator-key`: prints a new operator key, and nothing else. `-- --remote`: for the deployed database. */
import { parseArgs } from 'node:util';
import { readLocalSettings, runScript } from './local/settings.ts';
import { createOperatorKey } from './local/state.ts';

await runScript(async () => {
  const { values } = parseArgs({ options: { remote: { type: 'boolean', default: false } } });
  console.log(await createOperatorKey(values.remote ? 'remote' : { stateDir: readLocalSettings().stateDir }));
});
