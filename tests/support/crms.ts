/**
 * Stand-ins for CRMs: each enforces what its vendor documents (path, method, content type, auth, field names and
 * lengths, rate limits) and answers like it, padding included.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Answered {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: what a CRM keeps has any shape
type Kept = Record<string, any>;

export interface Crm {
  /** What it has made, in order. */
  readonly records: Kept[];
  readonly answer: (asked: Asked) => Answered;
}

const jsonOf = ({ headers, body }: Asked): Kept | null => {
  if (headers['content-type']?.split(';')[0] !== 'application/json') return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/** Longer than what we read of an answer. */
const PADDING = 'x'.repeat(6000);

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
      if (path !== '/servlet/servlet.WebToLead?encoding=UTF-8' || method !== 'POST') return { status: 404 };
      const fields = Object.fromEntries(new URLSearchParams(body));
      const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
      const fits = Object.entries(fields).every(([name, value]) => value.length <= (lengths[name] ?? 32_000));
      // It answers 200 whatever becomes of the lead.
      if (isForm && fits && fields.oid === oid && fields.last_name && fields.company) records.push(fields);
      return { status: 200, body: '<html></html>' };
    },
  };
}

export function hubspotForms(portalId: string, formId: string, formFields: readonly string[]): Crm {
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

export function hubspotContacts(token: string, properties: readonly string[], unique: string): Crm {
  const records: Kept[] = [];
  const refuse = (status: number, category: string, message: string): Answered => ({
    status,
    body: { status: 'error', message, category, correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf' },
  });
  return {
    records,
    answer: (asked) => {
      const verb = /^\/crm\/v3\/objects\/contacts\/batch\/(create|upsert)$/.exec(asked.path)?.[1];
      if (!verb || asked.method !== 'POST') return { status: 404 };
      if (asked.headers.authorization !== `Bearer ${token}`)
        return refuse(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
      const json = jsonOf(asked);
      if (!json) return { status: 415 };
      const [input] = json.inputs;
      for (const name of Object.keys(input.properties))
        if (!properties.includes(name))
          return refuse(
            400,
            'VALIDATION_ERROR',
            `Property "${name}" does not exist (${input.properties.email})`,
          );
      if (!input.properties.email && !input.properties.firstname && !input.properties.lastname)
        return refuse(400, 'VALIDATION_ERROR', 'nothing to know the contact by');
      if (verb === 'upsert' && !['email', unique].includes(input.idProperty))
        return refuse(400, 'VALIDATION_ERROR', `${input.idProperty} is not unique`);
      const known =
        verb === 'upsert' ? records.find((record) => record[input.idProperty] === input.id) : undefined;
      const other = records.find((one) => one !== known && one.email && one.email === input.properties.email);
      if (other) return refuse(409, 'CONFLICT', `Contact already exists: ${other.email}`);
      if (known) Object.assign(known, input.properties);
      else
        records.push({ ...input.properties, ...(verb === 'upsert' ? { [input.idProperty]: input.id } : {}) });
      const results = [{ id: '51', properties: { ...input.properties, padding: PADDING }, new: !known }];
      return { status: known ? 200 : 201, body: { status: 'COMPLETE', results } };
    },
  };
}

export function pipedrive(token: string): Crm & { failNext: (path: string) => void } {
  const records: Kept[] = [];
  let failing = '';
  const refuse = (status: number, error: string): Answered => ({ status, body: { success: false, error } });
  const make = (kind: string, id: string | number, fields: Kept, status: number): Answered => {
    records.push({ kind, id, ...fields });
    return { status, body: { success: true, data: { id, ...fields, padding: PADDING } } };
  };
  return {
    records,
    failNext: (path) => {
      failing = path;
    },
    answer: (asked) => {
      if (asked.headers['x-api-token'] !== token) return refuse(401, 'unauthorized access');
      if (asked.path === failing) {
        failing = '';
        return { status: 503 };
      }
      const json = jsonOf(asked);
      if (!json) return { status: 415 };
      if (asked.path === '/api/v2/persons') {
        if (!json.name) return refuse(400, 'name is required');
        return make('person', 1092, json, 200);
      }
      if (asked.path === '/v1/leads') {
        if (!json.title) return refuse(400, 'title is required');
        if (!records.some(({ kind, id }) => kind === 'person' && id === json.person_id))
          return refuse(404, `Person ${json.person_id} not found`);
        return make('lead', 'adf21080-0e10-11eb-879b-05d71fb426ec', json, 201);
      }
      if (asked.path === '/v1/notes') {
        if (!json.content || !records.some(({ kind, id }) => kind === 'lead' && id === json.lead_id))
          return refuse(400, 'content and lead_id are required');
        return make('note', 7, json, 201);
      }
      return { status: 404 };
    },
  };
}

export function zoho(secrets: { client_id: string; client_secret: string; refresh_token: string }): Crm & {
  revoke: () => void;
  tokensMade: () => number;
} {
  const records: Kept[] = [];
  let tokens = 0;
  let revoked = 0;
  const one = (code: string, details: object, status = 200): Answered => ({
    status,
    body: { data: [{ code, details, message: code, status: code === 'SUCCESS' ? 'success' : 'error' }] },
  });
  return {
    records,
    revoke: () => {
      revoked = tokens;
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
      if (asked.path !== '/crm/v8/Leads/upsert') return { status: 404 };
      const token = /^Zoho-oauthtoken 1000\.access\.(\d+)$/.exec(asked.headers.authorization ?? '')?.[1];
      if (!token || Number(token) <= revoked)
        return {
          status: 401,
          body: { code: 'INVALID_TOKEN', message: 'invalid oauth token', status: 'error' },
        };
      const json = jsonOf(asked);
      if (!json) return { status: 415 };
      const [lead] = json.data;
      for (const name of ['Last_Name', 'Company'])
        if (!lead[name]) return one('MANDATORY_NOT_FOUND', { api_name: name }, 202);
      if (lead.Last_Name.length > 80) return one('INVALID_DATA', { api_name: 'Last_Name' }, 202);
      const known = records.find((record) =>
        json.duplicate_check_fields.some((name: string) => lead[name] && record[name] === lead[name]),
      );
      if (known) Object.assign(known, lead);
      else records.push({ ...lead });
      return one('SUCCESS', { id: '554023000000527002' });
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
      response.writeHead(answered.status, { ...answered.headers }).end(text);
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
