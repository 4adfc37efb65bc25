/** `npm run check`: what CI asks of the text. Every step runs, whatever the one before it found. */
import { spawn } from 'node:child_process';
import { runScript } from './local/settings.ts';

const node = (...args: string[]) => [process.execPath, ...args] as const;
const tool = (path: string, ...args: string[]) => node(`node_modules/${path}`, ...args);

const STEPS = [
  ['format and lint', tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')],
  ['package-lock.json, each', node('scripts/check-lockfile.ts')],
  ['types of the Worker', tool('typescript/bin/tsc', '--noEmit')],
  ['types of scripts and tests', tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.node.json')],
  ['what nobody uses', tool('knip/bin/knip.js')],
  ['what is generated', node('scripts/generate.ts', '--check')],
  ['openapi.yaml', tool('@redocly/cli/bin/cli.js', 'lint', 'openapi.yaml')],
] as const;

/** Its words, or null where it found nothing. */
const run = ([program, ...args]: readonly [string, ...string[]]) =>
  new Promise<string | null>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        words += text;
      });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? null : words.trim()));
  });

await runScript(async () => {
  const failed: string[] = [];
  for (const [name, command] of STEPS) {
    const startedAt = performance.now();
    const words = await run(command);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${words === null ? 'ok  ' : 'FAIL'}  ${name} (${seconds} s)`);
    if (words === null) continue;
    failed.push(name);
    console.log(`${words.replaceAll(/^/gm, '      ')}\n`);
  }
  if (failed.length === 0) return;
  console.error(`Not as it should be: ${failed.join(', ')}.`);
  process.exitCode = 1;
});
