/**
 * What the JSON Schemas of HSDS 3.1 ask of what is served here (openreferral/specification, schema/*.json and the
 * component `Page` of schema/openapi.json): members that must be there, types, formats and lists of values. No package of
 * npm has those schemas; `npm run test:oracles` reads them where they are.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const text = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };
const uri = { type: 'string', format: 'uri' };
const time = { type: 'string', format: 'date-time' };
const list = (name: string) => ({ type: 'array', items: { $ref: `#/$defs/${name}` } });
const object = (required: readonly string[], properties: object) => ({
  type: 'object',
  required,
  properties,
});

const $defs = {
  service: object(['id', 'name', 'status'], {
    id: uuid,
    organization_id: uuid,
    name: text,
    description: text,
    url: uri,
    status: { enum: ['active', 'inactive', 'defunct', 'temporarily closed'] },
    accreditations: text,
    alert: text,
    last_modified: time,
    languages: list('language'),
    organization: { $ref: '#/$defs/organization' },
    attributes: list('attribute'),
    service_areas: list('service_area'),
    contacts: list('contact'),
  }),
  organization: object(['id', 'name', 'description'], {
    id: uuid,
    name: text,
    description: text,
    website: uri,
    additional_websites: list('url'),
    locations: list('location'),
    contacts: list('contact'),
    services: list('service'),
  }),
  taxonomy: object(['id', 'name', 'description'], { id: uuid, name: text, description: text }),
  taxonomy_term: object(['id', 'name', 'description'], {
    id: uuid,
    code: text,
    name: text,
    description: text,
    taxonomy: text,
    taxonomy_id: uuid,
    language: text,
  }),
  attribute: object(['id'], {
    id: uuid,
    link_id: uuid,
    link_type: text,
    link_entity: text,
    value: text,
    taxonomy_term: { $ref: '#/$defs/taxonomy_term' },
  }),
  language: object(['id'], { id: uuid, name: text, code: text, note: text }),
  service_area: object(['id'], { id: uuid, name: text }),
  contact: object(['id'], { id: uuid, name: text, title: text }),
  location: object(['id', 'location_type'], {
    id: uuid,
    location_type: { enum: ['physical', 'postal', 'virtual'] },
    name: text,
  }),
  url: object(['id', 'url'], { id: uuid, label: text, url: uri }),
  page: object(['empty'], {
    total_items: { type: 'integer' },
    total_pages: { type: 'integer' },
    page_number: { type: 'integer' },
    size: { type: 'integer' },
    first_page: { type: 'boolean' },
    last_page: { type: 'boolean' },
    empty: { type: 'boolean' },
    contents: { type: 'array' },
  }),
};
export type HsdsShape = keyof typeof $defs;

const ajv = new Ajv2020({ allErrors: true });
formats.default(ajv);
// A member that HSDS has not is allowed there; here it would be one that somebody forgot to look up.
const closed = Object.fromEntries(
  Object.entries($defs).map(([name, schema]) => [name, { ...schema, additionalProperties: false }]),
);
ajv.addSchema({ $id: 'hsds', $defs: closed });

export function faultsByHsds(shape: HsdsShape, value: unknown): string[] {
  const validate = ajv.getSchema(`hsds#/$defs/${shape}`);
  if (!validate) throw new Error(`no shape ${shape}`);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
