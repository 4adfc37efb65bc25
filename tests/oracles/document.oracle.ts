/** The document in the hands of tools that partners use: a linter, a generator of clients, Postman. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import postman from 'openapi-to-postmanv2';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from '../../scripts/yaml.ts';

const MODULES = 'tests/oracles/node_modules';
const DOCUMENT = 'openapi.yaml';
const text = readFileSync(DOCUMENT, 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: faults are planted anywhere in it
type Document = any;

const tool = (path: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [`${MODULES}/${path}`, ...args], {
    maxBuffer: 64 * 1024 * 1024,
  }).then(
    ({ stdout }) => ({ isWell: true, words: stdout }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ isWell: false, words: stdout + stderr }),
  );

const lint = (path: string) =>
  tool(
    '@stoplight/spectral-cli/dist/index.js',
    ...[
      'lint',
      path,
      '--ruleset',
      'tests/oracles/spectral.yaml',
      '--fail-severity',
      'hint',
      '--format',
      'json',
    ],
  );

test('Spectral finds nothing, by its own rules for OpenAPI and by those of the project', async () => {
  expect(await lint(DOCUMENT)).toMatchObject({ isWell: true });
});

test('each rule of the project finds the fault that it is there for', async () => {
  const { paths, components, ...rest } = parse(text) as Document;
  const document = { ...rest, components, paths: { '/v1/referrals': paths['/v1/referrals'] } };
  const { get, post } = document.paths['/v1/referrals'];
  delete post.description;
  post.parameters = [...(post.parameters ?? []), { name: 'x', in: 'query', schema: { type: 'string' } }];
  delete post.requestBody.content['application/json'].example;
  post.responses['418'] = { description: 'No problem.', content: { 'text/plain': {} } };
  delete post.responses['429'];
  get.parameters = [];
  mkdirSync('dist', { recursive: true });
  const path = 'dist/faulty-openapi.yaml';
  writeFileSync(path, toYaml(document));
  const { words } = await lint(path);
  rmSync(path);
  const found = new Set((JSON.parse(words) as { code: string }[]).map(({ code }) => code));
  expect([...found]).toEqual(
    expect.arrayContaining([
      ...['operation-described', 'parameter-described', 'answer-exemplified'],
      ...['refusal-is-a-problem', 'refusals-named', 'list-is-paged'],
    ]),
  );
});

test('the client that @hey-api/openapi-ts generates compiles with a strict loop', async () => {
  const made = 'dist/hey-api';
  rmSync(made, { recursive: true, force: true });
  const generated = await tool(
    '@hey-api/openapi-ts/bin/run.js',
    ...['-i', DOCUMENT, '-o', made, '--no-log-file', '--silent'],
  );
  expect(generated).toMatchObject({ isWell: true });
  const compiled = await tool('typescript/bin/tsc', '-p', 'tests/oracles/hey-api');
  expect(compiled).toEqual({ isWell: true, words: '' });
});

test('Postman’s converter makes a request of every operation', async () => {
  const convert = promisify(postman.convertV2) as (
    input: object,
    options: object,
  ) => Promise<{ result: boolean; output: { data: { item: Item[] } }[] }>;
  const { result, output } = await convert({ type: 'string', data: text }, {});
  expect(result).toBe(true);
  const count = (items: readonly Item[]): number =>
    items.reduce((sum, { item }) => sum + (item ? count(item) : 1), 0);
  const { paths } = parse(text) as { paths: Record<string, Record<string, { operationId?: string }>> };
  const operations = Object.values(paths).flatMap((path) =>
    Object.values(path).filter((one) => one.operationId !== undefined),
  );
  expect(operations.length).toBeGreaterThan(100);
  expect(count(output[0]?.data.item ?? [])).toBe(operations.length);
});

interface Item {
  readonly item?: readonly Item[];
}
