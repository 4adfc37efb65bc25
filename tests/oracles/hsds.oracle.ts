/**
 * The JSON Schemas of HSDS 3.1 themselves, against what the exchange answers. No package of npm has them and nothing of them
 * stands in this repository: they are fetched from where they are published, or read from `HSDS_SCHEMAS`, the folder `schema`
 * of a copy of openreferral/specification. Where neither is to be had, nothing is tried.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus } from '../support/world.ts';

const PUBLISHED = 'https://raw.githubusercontent.com/openreferral/specification/3.1/schema';
const FETCH_MS_MAX = 10_000;

type Schema = Readonly<Record<string, unknown>>;

async function load(name: string): Promise<Schema> {
  const folder = process.env.HSDS_SCHEMAS;
  if (folder !== undefined) return JSON.parse(await readFile(join(folder, name), 'utf8')) as Schema;
  const answer = await fetch(`${PUBLISHED}/${name}`, { signal: AbortSignal.timeout(FETCH_MS_MAX) });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return (await answer.json()) as Schema;
}

/** The schemas of the name and all that they refer to. */
async function loadAll(names: readonly string[]): Promise<Map<string, Schema> | null> {
  const found = new Map<string, Schema>();
  const wanted = [...names];
  try {
    for (const name of wanted) {
      const { $id: _, ...schema } = await load(name);
      found.set(name, schema);
      const refers = [...JSON.stringify(schema).matchAll(/"\$ref":"(\w+\.json)"/g)].map(([, to = '']) => to);
      wanted.push(...new Set(refers.filter((to) => !wanted.includes(to))));
    }
    return found;
  } catch (error) {
    if (process.env.HSDS_SCHEMAS !== undefined) throw error;
    console.warn('NOT RUN: the schemas of HSDS cannot be fetched here.');
    return null;
  }
}

useWorld();

const schemas = await loadAll(['service.json', 'organization.json', 'taxonomy.json', 'taxonomy_term.json']);
const pages = schemas === null ? null : await load('openapi.json');

test.skipIf(schemas === null)('what is answered is valid by the schemas of HSDS themselves', async () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  for (const [name, schema] of schemas ?? []) ajv.addSchema(schema, `https://hsds.example/${name}`);
  const { components } = pages as { components: { schemas: { Page: Schema } } };
  ajv.addSchema(components.schemas.Page, 'https://hsds.example/page.json');
  const expectValid = (name: string, value: unknown) => {
    const validate = ajv.getSchema(`https://hsds.example/${name}.json`);
    validate?.(value);
    expect([name, validate?.errors]).toEqual([name, null]);
  };
  expect(ajv.getSchema('https://hsds.example/service.json')?.({})).toBe(false);
  for (const [name, path] of [
    ['service', 'services?full=true'],
    ['service', 'services'],
    ['organization', 'organizations?full=true'],
    ['taxonomy', 'taxonomies'],
    ['taxonomy_term', 'taxonomy_terms?per_page=100'],
  ] as const) {
    const { body } = expectStatus(await exchange.call(world.sender.key, `/v1/directory/hsds/${path}`), 200);
    expectValid('page', body);
    expect(body.contents.length).toBeGreaterThan(1);
    for (const one of body.contents) expectValid(name, one);
  }
});
