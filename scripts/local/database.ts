/** Runs SQL against a local database, or through wrangler against a deployed one; reads the secrets that belong to it. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import * as v from 'valibot';
import { type KEY_RING_NAMES, type KeyRing, readKeyRing } from '../../src/env.ts';
import { openLocalDatabase } from './local-d1.ts';
import { shownPath, UsageError } from './settings.ts';
import { prepareState, secretsFile } from './state.ts';
import { placeOf, type Target } from './target.ts';
import { runWrangler } from './wrangler.ts';

export type Row = Record<string, string | number | null>;
/** Runs the statements one after the other and gives the rows of each. */
export type Execute = (statements: readonly string[]) => Promise<Row[][]>;

const OutputSchema = v.array(v.object({ results: v.array(v.record(v.string(), v.any())) }));

export async function openDatabase(target: Target): Promise<Execute> {
  if ('stateDir' in target) {
    await prepareState(target.stateDir);
    return openLocalDatabase(target.stateDir);
  }
  return async (statements) => {
    const command = [
      'd1',
      'execute',
      'DB',
      '--json',
      '--yes',
      ...placeOf(target),
      '--command',
      statements.join(';\n'),
    ];
    const output = v.parse(OutputSchema, JSON.parse(await runWrangler(command)));
    return output.map(({ results }) => results as Row[]);
  };
}

export const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * A local server keeps its secrets in the state folder. Those of the deployed Worker cannot be read back: they are
 * given in the environment, from where their copy is kept.
 * @throws UsageError where it is missing or malformed; its value is never shown.
 */
export function readKeys(target: Target, name: (typeof KEY_RING_NAMES)[number]): KeyRing {
  const file = 'stateDir' in target ? secretsFile(target.stateDir) : null;
  if (file !== null && !existsSync(file))
    throw new UsageError(`There is no ${shownPath(file)} yet: run npm start.`);
  try {
    return readKeyRing(name, file === null ? process.env : parseEnv(readFileSync(file, 'utf8')));
  } catch (error) {
    const place = file === null ? 'the environment' : shownPath(file);
    throw new UsageError(`${(error as Error).message}\nIt is read from ${place}.`);
  }
}
