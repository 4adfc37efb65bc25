/** Before and after each file of tests. */
import { afterAll } from 'vitest';
import { stopDatabases } from './d1.ts';

afterAll(stopDatabases);

/** What the code under test logs in this process would drown the names of the tests. */
// biome-ignore-start lint/suspicious/noConsole: it is what is kept quiet
const print = console.log;
console.log = (...words: unknown[]) => {
  if (!String(words[0]).startsWith('{"log":')) print(...words);
};
// biome-ignore-end lint/suspicious/noConsole: it is what is kept quiet
