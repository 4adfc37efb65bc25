/**
 * Stand-ins for CRMs: each enforces what its vendor documents (path, method, content type, auth, field names and
 * lengths, rate limits) and answers like it, padding included.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: what a CRM keeps has any shape
export type Kept = Record<string, any>;

export interface Crm {
  /** What it has made, in order. */
  readonly records: Kept[];
  readonly answer: (asked: Asked) => Answered;
}

export const jsonOf = ({ headers, body }: Asked): Kept | null => {
  if (headers['content-type']?.split(';')[0] !== 'application/json') return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/** Longer than what we read of an answer. */
export const PADDING = 'x'.repeat(6000);

export function salesforce(oid: string): Crm {
  const records: Kept[] = [];
  const lengths: Record<string, number> = {
    first_name: 40,
    last_name: 80,
    company: 255,
    email: 80,
    phone: 40,
  };
  return {
    records,
    answer: ({ method, path, headers, body }) => {
      if (path !== `/servlet/servlet.WebToLead?encoding=UTF-8&orgId=${oid}` || method !== 'POST')
        return { status: 404 };
      const fields = Object.fromEntries(new URLSearchParams(body));
      const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
      const fits = Object.entries(fields).every(([name, value]) => value.length <= (lengths[name] ?? 32_000));
      // It answers 200 whatever becomes of the lead.
      if (fields.industry === 'Exploding')
        return {
          status: 200,
          headers: {
            'Is-Processed': 'true Exception:common.exception.SalesforceGenericException',
          },
        };
      if (isForm && fits && fields.oid === oid && fields.last_name && fields.company) records.push(fields);
      return { status: 200, body: '<html></html>', headers: { 'Is-Processed': 'true' } };
    },
  };
}

/**
 * The REST API by an external id (developer.salesforce.com, REST API Developer Guide: "Insert or Update (Upsert) a
 * Record Using an External ID", "Status Codes and Error Responses", "OAuth 2.0 Client Credentials Flow").
 */
export function salesforceRest(secrets: { client_id: string; client_secret: string }, idField: string) {
  const records: Kept[] = [];
  const sessions = new Set<string>();
  let made = 0;
  const refuse = (status: number, errorCode: string, message: string): Answered => ({
    status,
    body: [{ message, errorCode }],
  });
  const lengths: Record<string, number> = { FirstName: 40, LastName: 80, Company: 255, Email: 80 };
  return {
    records,
    endSessions: () => sessions.clear(),
    answer: (asked: Asked): Answered => {
      const url = new URL(asked.path, 'http://localhost');
      if (url.pathname === '/services/oauth2/token') {
        const fields = Object.fromEntries(new URLSearchParams(asked.body));
        if (fields.grant_type !== 'client_credentials')
          return { status: 400, body: { error: 'unsupported_grant_type' } };
        for (const [name, value] of Object.entries(secrets))
          if (fields[name] !== value)
            return {
              status: 400,
              body: { error: 'invalid_client', error_description: 'invalid client credentials' },
            };
        made += 1;
        const access_token = `00D5g00000Abcde!AQ${made}`;
        sessions.add(access_token);
        return { status: 200, body: { access_token, instance_url: 'x', token_type: 'Bearer' } };
      }
      const [, field, id = ''] =
        /^\/services\/data\/v\d{2}\.0\/sobjects\/Lead\/(\w+)\/([\w.-]+)$/.exec(url.pathname) ?? [];
      if (!field) return { status: 404 };
      if (!sessions.has(asked.headers.authorization?.replace(/^Bearer /, '') ?? ''))
        return refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
      if (field !== idField)
        return refuse(
          404,
          'NOT_FOUND',
          `Provided external ID field does not exist or is not accessible: ${field}`,
        );
      const found = records.filter((record) => record[idField] === id);
      if (found.length > 1) return { status: 300, body: ['/services/data/…/00Q1', '/services/data/…/00Q2'] };
      const [known] = found;
      if (asked.method === 'GET') {
        if (!known) return refuse(404, 'NOT_FOUND', 'The requested resource does not exist');
        const names = url.searchParams.get('fields')?.split(',') ?? [];
        const shown = Object.fromEntries(names.map((name) => [name, known[name] ?? null]));
        return { status: 200, body: { attributes: { type: 'Lead' }, ...shown } };
      }
      const json = jsonOf(asked);
      if (asked.method !== 'PATCH' || !json) return { status: 405 };
      if (idField in json)
        return refuse(
          400,
          'INVALID_FIELD',
          `The ${idField} field should not be specified in the sobject data.`,
        );
      if (known?.IsConverted)
        return refuse(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
      for (const name of ['LastName', 'Company'])
        if (!known && !json[name])
          return refuse(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${name}]`);
      for (const [name, value] of Object.entries(json)) {
        if (name === 'Unknown__c')
          return refuse(400, 'INVALID_FIELD', `No such column 'Unknown__c' on sobject of type Lead`);
        if (String(value).length > (lengths[name] ?? 32_000)) return refuse(400, 'STRING_TOO_LONG', name);
      }
      const isDuplicate = records.some((one) => one !== known && json.Email && one.Email === json.Email);
      if (isDuplicate && asked.headers['sforce-duplicate-rule-header'] !== 'allowSave=true')
        return refuse(400, 'DUPLICATES_DETECTED', 'Use one of these records?');
      if (known) Object.assign(known, json);
      else records.push({ ...json, [idField]: id });
      return known
        ? { status: 200, body: { id: '00Q1', success: true, errors: [], created: false } }
        : { status: 201, body: { id: '00Q1', success: true, errors: [], created: true } };
    },
  };
}

/** developers.hubspot.com, "Forms API v3 legacy": errors by `errorType`; reserved domains make no contact. */
export function hubspotForms(
  portalId: string,
  formId: string,
  formFields: readonly string[],
  hasCaptcha = false,
): Crm {
  const records: Kept[] = [];
  const refuse = (errorType: string, message: string): Answered => ({
    status: 400,
    body: { status: 'error', message: 'The request is not valid', errors: [{ message, errorType }] },
  });
  return {
    records,
    answer: (asked) => {
      if (asked.path !== `/submissions/v3/integration/submit/${portalId}/${formId}`) return { status: 404 };
      const json = jsonOf(asked);
      if (!json) return { status: 415 };
      if (hasCaptcha)
        return refuse('FORM_HAS_RECAPTCHA_ENABLED', 'Form has recaptcha enabled. Please use the share link');
      const fields: { objectTypeId: string; name: string; value: string }[] = json.fields;
      for (const { objectTypeId, name, value } of fields) {
        if (objectTypeId !== '0-1') return refuse('INVALID_OBJECT_TYPE', 'unknown type');
        if (!formFields.includes(name)) return refuse('FIELD_NOT_IN_FORM_DEFINITION', `${name}=${value}`);
        if (name === 'email' && !/^[^@\s]+@[^@\s]+\.[a-z]+$/.test(value))
          return refuse('INVALID_EMAIL', value);
        if (value === '') return refuse('REQUIRED_FIELD', name);
      }
      if (records.length >= 50) return { status: 429 };
      records.push(Object.fromEntries(fields.map(({ name, value }) => [name, value])));
      return { status: 200, body: { inlineMessage: 'Thanks for submitting the form.' } };
    },
  };
}

/**
 * Contacts by the version in the path that is current (developers.hubspot.com, API reference 2026-09, "Contacts").
 * What a conflict answers: github.com/HubSpot/hubspot-api-nodejs/issues/545.
 */
export function hubspotContacts(token: string, properties: readonly string[], unique: string): Crm {
  const records: Kept[] = [];
  const refuse = (status: number, category: string, message: string): Answered => ({
    status,
    body: { status: 'error', message, correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf', category },
  });
  /** An id before the records that a test put there. */
  const idOf = (record: Kept) => String(record.id ?? 51 + records.indexOf(record));
  const show = (record: Kept, status: number): Answered => {
    const { id: _id, ...shown } = record;
    return { status, body: { id: idOf(record), properties: { ...shown, zzz: PADDING }, archived: false } };
  };
  return {
    records,
    answer: (asked) => {
      const url = new URL(asked.path, 'http://localhost');
      const [match, id] = /^\/crm\/objects\/2026-09\/contacts(?:\/([\w.-]+))?$/.exec(url.pathname) ?? [];
      if (match === undefined) return { status: 404, body: '<html>no such page</html>' };
      if (asked.headers.authorization !== `Bearer ${token}`)
        return refuse(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
      const idProperty = url.searchParams.get('idProperty');
      if (idProperty !== null && idProperty !== unique)
        return refuse(400, 'VALIDATION_ERROR', `idProperty ${idProperty} is not unique`);
      const known = records.find((one) => (idProperty ? one[idProperty] === id : idOf(one) === id));
      if (id !== undefined && !known) return refuse(404, 'OBJECT_NOT_FOUND', 'resource not found');
      if (asked.method === 'GET' && known) {
        const wanted = url.searchParams.getAll('properties').flatMap((names) => names.split(','));
        const shown = Object.fromEntries(wanted.map((name) => [name, known[name] ?? null]));
        return { status: 200, body: { id: idOf(known), properties: { ...shown, zzz: PADDING } } };
      }
      const json = jsonOf(asked);
      if (!json) return { status: 415 };
      for (const name of Object.keys(json.properties))
        if (!properties.includes(name))
          return refuse(
            400,
            'VALIDATION_ERROR',
            `Property values were not valid: Property "${name}" does not exist (${json.properties.email})`,
          );
      const { email, firstname, lastname } = json.properties;
      if (!known && !email && !firstname && !lastname)
        return refuse(400, 'VALIDATION_ERROR', 'nothing to know the contact by');
      const other = email && records.find((one) => one !== known && one.email === email);
      if (other) return refuse(409, 'CONFLICT', `Contact already exists. Existing ID: ${idOf(other)}`);
      const value = json.properties[unique];
      const holder = value && records.find((one) => one !== known && one[unique] === value);
      if (holder)
        return {
          status: 400,
          body: {
            status: 'error',
            message: `Property values were not valid: [{"isValid":false,"message":"${idOf(holder)} already has that value.","error":"CONFLICTING_UNIQUE_VALUE","name":"${unique}"}]`,
            category: 'VALIDATION_ERROR',
          },
        };
      if (known && asked.method === 'PATCH') return show(Object.assign(known, json.properties), 200);
      if (known || asked.method !== 'POST') return { status: 405 };
      records.push({ ...json.properties });
      return show(records.at(-1) as Kept, 201);
    },
  };
}

/** Answers once as the server of somebody who is updating: the next one gets what it asked for. */
const failing = () => {
  let path = '';
  return {
    failNext: (next: string) => {
      path = next;
    },
    isFailing: (asked: Asked) => {
      if (path === '' || !asked.path.startsWith(path)) return false;
      path = '';
      return true;
    },
  };
};

/** developers.pipedrive.com, API reference: persons (v2), leads and notes (v1), "Search leads" (v2). */
export function pipedrive(token: string): Crm & { failNext: (path: string) => void } {
  const records: Kept[] = [];
  const { failNext, isFailing } = failing();
  const refuse = (status: number, error: string): Answered => ({ status, body: { success: false, error } });
  const make = (kind: string, id: string | number, fields: Kept, status: number): Answered => {
    records.push({ kind, id, ...fields });
    return { status, body: { success: true, data: { id, ...fields, padding: PADDING } } };
  };
  const one = (kind: string, id: string | number) =>
    records.find((record) => record.kind === kind && String(record.id) === String(id));
  const change = (kind: string, id: string, fields: Kept): Answered => {
    const known = one(kind, id);
    if (!known) return refuse(404, `${kind} not found`);
    Object.assign(known, fields);
    return { status: 200, body: { success: true, data: { id: known.id, padding: PADDING } } };
  };
  const count = (kind: string) => records.filter((record) => record.kind === kind).length;
  return {
    records,
    failNext,
    answer: (asked) => {
      if (asked.headers['x-api-token'] !== token) return refuse(401, 'unauthorized access');
      if (isFailing(asked)) return { status: 503 };
      const url = new URL(asked.path, 'http://localhost');
      if (url.pathname === '/api/v2/leads/search' && asked.method === 'GET') {
        const { term, fields, exact_match } = Object.fromEntries(url.searchParams);
        if (!term || fields !== 'custom_fields' || exact_match !== 'true')
          return refuse(400, 'term is required');
        const items = records
          .filter(
            (record) =>
              record.kind === 'lead' &&
              Object.entries(record).some(([name, value]) => /^[0-9a-f]{40}$/.test(name) && value === term),
          )
          .map(({ id, title, person_id }) => {
            const person = one('person', person_id);
            const values = (name: string) => (person?.[name] ?? []).map(({ value }: Kept) => value);
            return {
              result_score: 0.29,
              item: {
                id,
                type: 'lead',
                title,
                owner: { id: 1 },
                person: person ? { id: person.id, name: person.name } : null,
                organization: null,
                phones: values('phones'),
                emails: values('emails'),
                custom_fields: [term],
                notes: [],
                padding: PADDING,
              },
            };
          });
        return { status: 200, body: { success: true, data: { items } } };
      }
      const json = jsonOf(asked);
      if (!json) return { status: 415 };
      const [, kind = '', id = ''] =
        /^\/(?:api\/v2\/(person)s|v1\/(?:lead)s)\/([\w-]+)$/.exec(asked.path) ?? [];
      if (asked.method === 'PATCH' && id) return change(kind || 'lead', id, json);
      if (asked.path === '/api/v2/persons') {
        if (!json.name) return refuse(400, 'name is required');
        return make('person', 1092 + count('person'), json, 200);
      }
      if (asked.path === '/v1/leads') {
        if (!json.title) return refuse(400, 'title is required');
        if (!one('person', json.person_id)) return refuse(404, `Person ${json.person_id} not found`);
        return make('lead', `adf21080-0e10-11eb-879b-05d71fb426e${count('lead')}`, json, 201);
      }
      if (asked.path === '/v1/notes') {
        if (!json.content || !one('lead', json.lead_id))
          return refuse(400, 'content and lead_id are required');
        return make('note', 7 + count('note'), json, 201);
      }
      return { status: 404 };
    },
  };
}

/**
 * zoho.com/crm/developer/docs/api/v8: "Insert Records", "Update Specific Record", "Get a Specific Record"; a field
 * that forbids duplicates answers DUPLICATE_DATA with the record that has the value.
 * @param unique such fields
 */
export function zoho(
  secrets: { client_id: string; client_secret: string; refresh_token: string },
  unique: readonly string[] = ['Referral_Id'],
): Crm & {
  revoke: () => void;
  tokensMade: () => number;
  /** The next tokens lack the scope for leads. */
  narrow: () => void;
} {
  const records: Kept[] = [];
  let tokens = 0;
  let revoked = 0;
  let isNarrow = false;
  const one = (code: string, details: object, status = 200): Answered => ({
    status,
    body: { data: [{ code, details, message: code, status: code === 'SUCCESS' ? 'success' : 'error' }] },
  });
  const idOf = (record: Kept) => `55402300000052700${records.indexOf(record)}`;
  return {
    records,
    revoke: () => {
      revoked = tokens;
    },
    narrow: () => {
      isNarrow = true;
    },
    tokensMade: () => tokens,
    answer: (asked) => {
      if (asked.path === '/oauth/v2/token') {
        const fields = new URLSearchParams(asked.body);
        if (fields.get('grant_type') !== 'refresh_token')
          return { status: 200, body: { error: 'invalid_request' } };
        for (const [name, value] of Object.entries(secrets))
          if (fields.get(name) !== value) return { status: 200, body: { error: 'invalid_code' } };
        tokens += 1;
        const access_token = `1000.access.${tokens}`;
        return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: 3600 } };
      }
      const url = new URL(asked.path, 'http://localhost');
      const [match, id] = /^\/crm\/v8\/Leads(?:\/(\d+))?$/.exec(url.pathname) ?? [];
      if (match === undefined) return { status: 404 };
      const token = /^Zoho-oauthtoken 1000\.access\.(\d+)$/.exec(asked.headers.authorization ?? '')?.[1];
      const refuse = (code: string) => ({ status: 401, body: { code, message: code, status: 'error' } });
      if (!token || Number(token) <= revoked) return refuse('INVALID_TOKEN');
      if (isNarrow) return refuse('OAUTH_SCOPE_MISMATCH');
      const known = records.find((record) => idOf(record) === id);
      if (asked.method === 'GET' && known) {
        const names = url.searchParams.get('fields')?.split(',') ?? [];
        const shown = Object.fromEntries(names.map((name) => [name, known[name] ?? null]));
        return { status: 200, body: { data: [{ ...shown, id, padding: PADDING }] } };
      }
      const json = jsonOf(asked);
      if (!json) return { status: 415 };
      const [lead] = json.data;
      for (const name of ['Last_Name', 'Company'])
        if (!known && !lead[name])
          return one('MANDATORY_NOT_FOUND', { api_name: name, json_path: `$.data[0].${name}` }, 202);
      if (lead.Last_Name?.length > 80) return one('INVALID_DATA', { api_name: 'Last_Name' }, 202);
      for (const api_name of unique) {
        const other = records.find(
          (record) => record !== known && lead[api_name] && record[api_name] === lead[api_name],
        );
        const json_path = `$.data[0].${api_name}`;
        if (other) {
          const duplicate_record = {
            Owner: { name: 'Front Desk', id: '554023000000235011' },
            module: { api_name: 'Leads', id: '554023000000002175' },
            id: idOf(other),
          };
          return one('DUPLICATE_DATA', { api_name, json_path, duplicate_record }, 202);
        }
      }
      if (known && asked.method === 'PUT') Object.assign(known, lead);
      else if (!known && asked.method === 'POST' && id === undefined) records.push({ ...lead });
      else return { status: 405 };
      return one('SUCCESS', { id: id ?? idOf(records.at(-1) as Kept) }, known ? 200 : 201);
    },
  };
}

/** The CRM behind a real HTTP server. */
export async function startCrm(crm: Crm) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const body = Buffer.concat(chunks).toString('utf8');
      const answered = crm.answer({ method, path: url, headers, body });
      const text = typeof answered.body === 'string' ? answered.body : JSON.stringify(answered.body ?? '');
      const type =
        typeof answered.body === 'object' ? { 'Content-Type': 'application/json;charset=utf-8' } : {};
      response.writeHead(answered.status, { ...type, ...answered.headers }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
