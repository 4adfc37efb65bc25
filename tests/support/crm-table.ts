/**
 * What is in a CRM after each event: asked of the stand-ins, by the requests that the formats make. The table of
 * docs/webhooks.md is made of it.
 */
import type { EventType } from '../../src/ledger/event-types.ts';
import { exampleInput, SETTINGS_EXAMPLES } from '../../src/webhooks/formats/examples.ts';
import { START } from '../../src/webhooks/formats/format.ts';
import { type FormatName, formatOf, STEPS_MAX } from '../../src/webhooks/formats/formats.ts';
import { ENDINGS, updatesRecords } from '../../src/webhooks/formats/leads.ts';
import {
  type Crm,
  hubspotContacts,
  hubspotForms,
  pipedrive,
  salesforce,
  salesforceRest,
  zoho,
} from './crms.ts';
import { settingsOf, urlOf } from './formats.ts';

const example = (name: FormatName) => SETTINGS_EXAMPLES[name] as Record<string, string>;
const properties = [
  ...['firstname', 'lastname', 'email', 'phone', 'city', 'message', 'referral_id', 'referral_service'],
];

export const CRMS = {
  salesforce_web_to_lead: () => salesforce(String(example('salesforce_web_to_lead').oid)),
  salesforce_lead: () => {
    const { client_id, client_secret } = example('salesforce_lead');
    const secrets = { client_id: String(client_id), client_secret: String(client_secret) };
    return salesforceRest(secrets, 'Referral_Id__c');
  },
  hubspot_form: () => {
    const { portal_id, form_id } = example('hubspot_form');
    return hubspotForms(String(portal_id), String(form_id), properties);
  },
  hubspot_contact: () =>
    hubspotContacts(String(example('hubspot_contact').access_token), properties, 'referral_id'),
  pipedrive_lead: () => pipedrive(String(example('pipedrive_lead').api_token)),
  zoho_lead: () => {
    const { client_id, client_secret, refresh_token } = example('zoho_lead');
    return zoho({ client_id, client_secret, refresh_token } as Parameters<typeof zoho>[0]);
  },
} as const satisfies Partial<Record<FormatName, () => Crm>>;
export type CrmFormat = keyof typeof CRMS;
const CRM_FORMATS = Object.keys(CRMS) as CrmFormat[];

const EXCERPT_CHARACTERS = 2048;

/** Tells the CRM of an event as the engine does. @throws Error where it is not delivered */
export function tell(name: CrmFormat, crm: Crm, type: EventType, detail: 'thin' | 'full'): void {
  const format = formatOf(name);
  const settings = settingsOf(name);
  const input = exampleInput(type, urlOf(name), detail);
  let progress = START;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const { method, url, headers, body } = format.request(input, settings, progress);
    const lower = Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]);
    const path = url.slice(new URL(url).origin.length);
    const answered = crm.answer({ method, path, headers: Object.fromEntries(lower), body });
    const text = typeof answered.body === 'string' ? answered.body : JSON.stringify(answered.body ?? '');
    const answer = {
      status: answered.status,
      excerpt: text.slice(0, EXCERPT_CHARACTERS),
      headers: new Headers(answered.headers),
    };
    const reading = format.read(answer, progress, settings, input);
    if (reading.outcome === 'delivered') return;
    if (reading.outcome !== 'continue') throw new Error(`${name}, ${type}: ${reading.detail}`);
    progress = {
      kept: reading.kept ?? progress.kept,
      seen: { ...progress.seen, ...reading.seen },
      session: reading.session?.value ?? progress.session,
    };
  }
  throw new Error(`${name}, ${type}: too many steps`);
}

/** Persons and notes of Pipedrive belong to its lead. */
const recordsIn = ({ records }: Crm) =>
  records.filter(({ kind }) => kind === undefined || kind === 'lead').length;

type Cell = 'new record' | 'same record, changed' | 'nothing' | 'not told';

/** @param before what was told of the referral already */
function cellOf(name: CrmFormat, type: EventType, before: readonly EventType[]): Cell {
  const told = formatOf(name).eventTypes;
  if (!told?.allowed.includes(type)) return 'not told';
  const crm = CRMS[name]();
  // A format that makes a record of each event gets one type: what came before is not told there.
  for (const earlier of before)
    if (told.severalBy !== null || earlier === type) tell(name, crm, earlier, 'thin');
  const [count, content] = [recordsIn(crm), JSON.stringify(crm.records)];
  tell(name, crm, type, (ENDINGS as readonly EventType[]).includes(type) ? 'thin' : 'full');
  if (recordsIn(crm) > count) return 'new record';
  return JSON.stringify(crm.records) === content ? 'nothing' : 'same record, changed';
}

const first: EventType = 'referral.sent';
const ROWS: readonly {
  readonly label: string;
  readonly type: EventType;
  readonly before: readonly EventType[];
}[] = [
  { label: '`referral.sent`', type: first, before: [] },
  { label: '`referral.sent` once more (the CRM’s answer was lost)', type: first, before: [first] },
  ...updatesRecords.allowed
    .filter((type) => type !== first)
    .map((type) => ({ label: `\`${type}\``, type, before: [first] })),
  { label: 'an ending of what has no record there', type: 'referral.withdrawn', before: [] },
];

export const crmTable = () =>
  [
    `| Event | ${CRM_FORMATS.map((name) => `\`${name}\``).join(' | ')} |`,
    `|---|${CRM_FORMATS.map(() => '---|').join('')}`,
    ...ROWS.map(
      ({ label, type, before }) =>
        `| ${label} | ${CRM_FORMATS.map((name) => cellOf(name, type, before)).join(' | ')} |`,
    ),
  ].join('\n');
