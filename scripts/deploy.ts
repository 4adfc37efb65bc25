/**
 * `npm run deploy`: looks whether everything is in its place, applies the migrations and uploads the Worker.
 * `-- --env staging`: another environment than production. `-- --check`: looks only.
 * `-- --secrets-file FILE`: uploads its secrets, as JSON by name, with the Worker. `-- --config FILE`: another file than wrangler.toml.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { unstable_readConfig as readConfig } from 'wrangler';
import { type Deployment, faultsOf, missingSecrets } from './deploy/preflight.ts';
import { runScript, UsageError } from './local/settings.ts';
import { ENVIRONMENTS, requireEnvironment } from './local/target.ts';
import { runWrangler } from './local/wrangler.ts';

const FileSchema = v.record(v.string(), v.string());
const SecretsSchema = v.array(v.object({ name: v.string() }));

const deploymentOf = (config: string, env: string | undefined): Deployment =>
  readConfig({ config, env }, { hideWarnings: true });

/** None where nothing was deployed yet: then wrangler finds no such Worker. */
async function readSecrets(place: readonly string[]): Promise<string[]> {
  try {
    const output = await runWrangler(['secret', 'list', '--format', 'json', ...place]);
    return v.parse(SecretsSchema, JSON.parse(output)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof UsageError && /Worker "[^"]+".* not found/.test(error.message)) return [];
    throw error;
  }
}

/** Those that are uploaded with the Worker: the first time there is none yet that could be given secrets. */
function namesIn(file: string | undefined): string[] {
  if (file === undefined) return [];
  try {
    return Object.keys(v.parse(FileSchema, JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    // The fault's own words would quote the file, and so a secret.
    throw new UsageError(
      `${file} is missing, or is no JSON object of texts by name: see "Deploying" in README.md.`,
    );
  }
}

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      env: { type: 'string', default: 'production' },
      check: { type: 'boolean', default: false },
      config: { type: 'string', default: 'wrangler.toml' },
      'secrets-file': { type: 'string' },
    },
  });
  const { config, 'secrets-file': secretsFile } = values;
  const env = requireEnvironment(values.env);
  const place = ['--env', env, '--config', config];
  const others = [undefined, ...ENVIRONMENTS.filter((name) => name !== env)].map((name) =>
    deploymentOf(config, name),
  );
  const deployment = deploymentOf(config, env);
  // What the file lacks is known without an account.
  const inFile = faultsOf(deployment, others);
  const faults =
    inFile.length > 0 ? inFile : missingSecrets([...(await readSecrets(place)), ...namesIn(secretsFile)]);
  if (faults.length > 0) {
    const list = faults.map((fault) => `  - ${fault}`).join('\n');
    throw new UsageError(`Nothing was deployed to ${env}. What is to be mended:\n${list}`);
  }
  console.log(`Everything that ${env} needs is there.`);
  if (values.check) return;
  const migrate = ['d1', 'migrations', 'apply', 'DB', '--remote', ...place];
  console.log(await runWrangler(migrate, { interactive: true }));
  console.log(
    await runWrangler(['deploy', ...place, ...(secretsFile ? ['--secrets-file', secretsFile] : [])], {
      interactive: true,
    }),
  );
});
