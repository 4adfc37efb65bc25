/** Where the local server runs and keeps its state. */
import { constants } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const PORT_DEFAULT = 8787;
const STATE_DIR_DEFAULT = join('.wrangler', 'state');

/** A fault that the person who runs the script can mend: shown as one line, without a stack. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface LocalSettings {
  readonly port: number;
  /** Absolute. */
  readonly stateDir: string;
}

export const originOf = (port: number) => `http://127.0.0.1:${port}`;

/** @throws UsageError where PORT is no port. */
export function readLocalSettings(environment: NodeJS.ProcessEnv = process.env): LocalSettings {
  const { PORT, STATE_DIR } = environment;
  const port = PORT ? Number(PORT) : PORT_DEFAULT;
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`PORT must be a number from 1 to 65535, not "${PORT}".`);
  return { port, stateDir: resolve(root, STATE_DIR || STATE_DIR_DEFAULT) };
}

/** As a person would type it: relative to the project where it lies inside. */
export function shownPath(path: string): string {
  const fromRoot = relative(root, path);
  return fromRoot.startsWith('..') || isAbsolute(fromRoot) ? path : fromRoot;
}

/** What to put before a command so that it finds this server; empty for the defaults. */
export function environmentPrefix({ port, stateDir }: LocalSettings): string {
  const parts = [
    ...(port === PORT_DEFAULT ? [] : [`PORT=${port}`]),
    ...(stateDir === join(root, STATE_DIR_DEFAULT) ? [] : [`STATE_DIR=${shownPath(stateDir)}`]),
  ];
  return parts.map((part) => `${part} `).join('');
}

const isUsageFault = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));

/** Ends the script when the one that started it with a channel is gone, by whatever signal. */
function endWithParent(): void {
  const end = () => process.exit(128 + constants.signals.SIGHUP);
  // False where it closed before this line; undefined where there never was one.
  if (process.connected === false) end();
  process.once('disconnect', end);
  process.channel?.unref();
}

/** Runs a script; a fault becomes a line on stderr and the exit code 1. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  endWithParent();
  // Who read our words may leave (`npm run demo | head`): that stops neither a server nor a demo.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await main();
  } catch (error) {
    console.error(isUsageFault(error) ? error.message : error);
    process.exitCode = 1;
  }
}
