/** Stand-ins for the CRMs that are reached by a template: each enforces and refuses what its vendor documents. */
import { type Answered, type Asked, type Crm, jsonOf, type Kept, PADDING } from './crms.ts';

const bearer = ({ headers }: Asked, token: string) => headers.authorization === `Bearer ${token}`;
const idIn = (path: string, pattern: RegExp) => pattern.exec(path)?.[1] ?? null;

/** docs.developers.clio.com, "Clio Grow Lead Inbox": 201, 401 for a wrong token, 422 for an empty required field. */
export function clioGrow(inboxToken: string): Crm {
  const records: Kept[] = [];
  return {
    records,
    answer: (asked) => {
      if (asked.path !== '/inbox_leads') return { status: 404 };
      const json = asked.method === 'POST' ? jsonOf(asked) : null;
      if (!json) return { status: 400 };
      if (json.inbox_lead_token !== inboxToken) return { status: 401, body: { error: 'Invalid token' } };
      const errors = ['from_first', 'from_last', 'from_message', 'referring_url', 'from_source'].filter(
        (name) => !json.inbox_lead?.[name],
      );
      if (errors.length > 0)
        return { status: 422, body: { errors: errors.map((name) => `${name} can't be blank`) } };
      records.push(json.inbox_lead);
      return { status: 201, body: { inbox_lead: { id: 8000 + records.length, ...json.inbox_lead } } };
    },
  };
}

/**
 * github.com/GoHighLevel/highlevel-api-docs, apps/contacts.json: a `Version` header, unknown members are 422; where the
 * location allows no duplicates a known address is 400 with the contact that has it.
 */
export function goHighLevel(accessToken: string, locationId: string): Crm & { readonly notes: Kept[] } {
  const records: Kept[] = [];
  const notes: Kept[] = [];
  const known = ['firstName', 'lastName', 'email', 'phone', 'city', 'source', 'tags'];
  const duplicateOf = (json: Kept, own?: Kept) =>
    records.find(
      (one) => one !== own && ['email', 'phone'].some((name) => json[name] && one[name] === json[name]),
    );
  const refuse = (statusCode: number, message: unknown, more: object = {}): Answered => ({
    status: statusCode,
    body: { statusCode, message, ...more },
  });
  return {
    records,
    notes,
    answer: (asked) => {
      if (!bearer(asked, accessToken)) return refuse(401, 'Invalid Private Integration token');
      if (asked.headers.version !== '2021-07-28') return refuse(401, 'version header was not found.');
      const json = jsonOf(asked);
      const noted = idIn(asked.path, /^\/contacts\/(\w+)\/notes$/);
      const changed = idIn(asked.path, /^\/contacts\/(\w+)$/);
      const record = records.find(({ id }) => id === (noted ?? changed));
      if (!json) return refuse(422, ['body is required']);
      if ((noted ?? changed) && !record) return refuse(400, `Contact with id ${noted ?? changed} not found`);
      if (noted && asked.method === 'POST') {
        if (!json.body) return refuse(422, ['body should not be empty']);
        notes.push({ contactId: noted, body: json.body });
        return { status: 201, body: { note: { id: `note${notes.length}` } } };
      }
      const allowed = changed ? known : [...known, 'locationId'];
      const unknown = Object.keys(json).filter((name) => !allowed.includes(name));
      if (unknown.length > 0)
        return refuse(
          422,
          unknown.map((name) => `property ${name} should not exist`),
        );
      const duplicate = duplicateOf(json, record);
      if (duplicate)
        return refuse(400, 'This location does not allow duplicated contacts.', {
          meta: { contactId: duplicate.id, contactName: 'ZEBRA', matchingField: 'email' },
        });
      if (changed && asked.method === 'PUT') {
        Object.assign(record as Kept, json);
        return { status: 200, body: { succeded: true, padding: PADDING, contact: record } };
      }
      if (asked.path !== '/contacts/' || asked.method !== 'POST') return { status: 404 };
      if (json.locationId !== locationId)
        return refuse(403, 'The token does not have access to this location.');
      const made = { ...json, id: `contact${records.length + 1}` };
      records.push(made);
      return { status: 201, body: { padding: PADDING, contact: made } };
    },
  };
}

/** docs.lawmatics.com, "Matters": JSON:API-like answers; notes are added to those that are there. */
export function lawmatics(accessToken: string): Crm {
  const records: Kept[] = [];
  const show = (record: Kept) => ({
    data: { id: record.id, type: 'prospect', attributes: { padding: PADDING } },
  });
  return {
    records,
    answer: (asked) => {
      if (!bearer(asked, accessToken)) return { status: 401, body: { error: 'The access token is invalid' } };
      const json = jsonOf(asked);
      if (!json) return { status: 400 };
      const id = idIn(asked.path, /^\/v1\/prospects\/(\d+)$/);
      if (id && asked.method === 'PUT') {
        const record = records.find((one) => one.id === id);
        if (!record) return { status: 404, body: { error: 'Record not found' } };
        const { notes = [], ...attributes } = json;
        Object.assign(record, attributes, { notes: [...record.notes, ...notes] });
        return { status: 200, body: show(record) };
      }
      if (asked.path !== '/v1/prospects' || asked.method !== 'POST') return { status: 404 };
      if (!json.first_name || !json.last_name)
        return { status: 422, body: { errors: [{ title: 'first_name and last_name are required' }] } };
      const record = { notes: [], ...json, id: String(20 + records.length) };
      records.push(record);
      return { status: 200, body: show(record) };
    },
  };
}

/**
 * docs.espocrm.com, "API :: CRUD Operations", "API search parameters" and "Duplicate check": 409 unless the check is
 * skipped; 404 without a body.
 */
export function espoCrm(apiKey: string): Crm {
  const records: Kept[] = [];
  return {
    records,
    answer: (asked) => {
      if (asked.headers['x-api-key'] !== apiKey) return { status: 401 };
      const { pathname, searchParams } = new URL(asked.path, 'http://crm.example');
      if (asked.method === 'GET' && pathname === '/api/v1/Lead') {
        const where = (member: string) => searchParams.get(`where[0][${member}]`);
        if (where('type') !== 'contains' || where('attribute') !== 'description') return { status: 400 };
        const found = records.filter(({ description }) => description.includes(where('value')));
        const list = found.map(({ id, description }) => ({ id, name: 'Q', description }));
        return { status: 200, body: { total: list.length, list } };
      }
      const json = jsonOf(asked);
      if (!json) return { status: 400 };
      const id = idIn(asked.path, /^\/api\/v1\/Lead\/(\w+)$/);
      if (id && asked.method === 'PUT') {
        const record = records.find((one) => one.id === id);
        if (!record) return { status: 404 };
        Object.assign(record, json);
        return { status: 200, body: { description: record.description, padding: PADDING, id } };
      }
      if (asked.path !== '/api/v1/Lead' || asked.method !== 'POST') return { status: 404 };
      if (!json.lastName)
        return {
          status: 400,
          headers: {
            'X-Status-Reason': 'Field validation failure; entityType: Lead, field: lastName, type: required.',
          },
          body: { messageTranslation: { label: 'validationFailure', scope: null } },
        };
      const isDuplicate = records.some((one) => json.emailAddress && one.emailAddress === json.emailAddress);
      if (isDuplicate && asked.headers['x-skip-duplicate-check'] !== 'true')
        return { status: 409, headers: { 'X-Status-Reason': 'duplicate' }, body: [{ id: records[0]?.id }] };
      const record = { ...json, id: `5564764442a6d0${records.length}` };
      records.push(record);
      return { status: 200, body: { padding: PADDING, ...record } };
    },
  };
}

/** A CRM that no format knows: a bearer token, an object around each record, and an id that is a number. */
export function anyCrm(apiKey: string): Crm {
  const records: Kept[] = [];
  return {
    records,
    answer: (asked) => {
      if (!bearer(asked, apiKey)) return { status: 401, body: { error: 'unknown key' } };
      const { pathname, searchParams } = new URL(asked.path, 'http://crm.example');
      if (asked.method === 'GET' && pathname === '/api/leads')
        return {
          status: 200,
          body: {
            padding: PADDING,
            leads: records.filter(({ reference }) => reference === searchParams.get('reference')),
          },
        };
      const json = jsonOf(asked);
      if (!json?.lead) return { status: 400, body: { message: 'lead is missing' } };
      const id = idIn(asked.path, /^\/api\/leads\/(\d+)$/);
      if (id && asked.method === 'PATCH') {
        const record = records.find((one) => String(one.id) === id);
        if (!record) return { status: 404 };
        Object.assign(record, json.lead);
        return { status: 200, body: { lead: record } };
      }
      if (asked.path !== '/api/leads' || asked.method !== 'POST') return { status: 404 };
      if (!json.lead.name) return { status: 422, body: { message: 'name is required' } };
      const record = { ...json.lead, id: 4711 + records.length };
      records.push(record);
      return { status: 201, body: { padding: PADDING, lead: record } };
    },
  };
}
