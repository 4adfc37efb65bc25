/**
 * What is in a CRM after each event: asked of the stand-ins, by the requests that the formats make. The table of
 * docs/webhooks.md is made of it.
 */
import type { EventType } from '../../src/ledger/event-types.ts';
import { exampleInput, SETTINGS_EXAMPLES } from '../../src/webhooks/formats/examples.ts';
import { type CrmRecord, START } from '../../src/webhooks/formats/format.ts';
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
import { anyCrm, clioGrow, espoCrm, goHighLevel, lawmatics } from './template-crms.ts';

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
  clio_grow: () => clioGrow(String(example('clio_grow').inbox_lead_token)),
  gohighlevel: () => {
    const { access_token, location_id } = example('gohighlevel');
    return goHighLevel(String(access_token), String(location_id));
  },
  lawmatics: () => lawmatics(String(example('lawmatics').access_token)),
  espocrm: () => espoCrm(String(example('espocrm').api_key)),
  template: () => anyCrm('invented-for-this-example'),
} as const satisfies Partial<Record<FormatName, () => Crm>>;
export type CrmFormat = keyof typeof CRMS;
const CRM_FORMATS = Object.keys(CRMS) as CrmFormat[];

const EXCERPT_CHARACTERS = 2048;

/** As `external_ids` does it. */
const remembered = new WeakMap<Crm, CrmRecord>();

/** Tells the CRM of an event as the engine does. @throws Error where it is not delivered */
export function tell(name: CrmFormat, crm: Crm, type: EventType, detail: 'thin' | 'full'): void {
  const format = formatOf(name);
  const settings = settingsOf(name);
  const input = exampleInput(type, urlOf(name), detail);
  let progress = { ...START, record: remembered.get(crm) ?? null };
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (format.conclude?.(input, settings, progress)?.outcome === 'delivered') return;
    const { method, url, headers, body } = format.request(input, settings, progress);
    const lower = Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]);
    const path = url.slice(new URL(url).origin.length);
    const answered = crm.answer({ method, path, headers: Object.fromEntries(lower), body });
    const text = typeof answered.body === 'string' ? answered.body : JSON.stringify(answered.body ?? '');
    const answer = {
      status: answered.status,
      excerpt: text.slice(0, EXCERPT_CHARACTERS),
      text,
      headers: new Headers(answered.headers),
    };
    const reading = format.read(answer, progress, settings, input);
    if ((reading.outcome === 'delivered' || reading.outcome === 'continue') && reading.record)
      remembered.set(crm, reading.record);
    if (reading.outcome === 'delivered') return;
    if (reading.outcome !== 'continue') throw new Error(`${name}, ${type}: ${reading.detail}`);
    progress = {
      kept: reading.kept ?? progress.kept,
      seen: { ...progress.seen, ...reading.seen },
      record: reading.record ?? progress.record,
      session: reading.session?.value ?? progress.session,
    };
  }
  throw new Error(`${name}, ${type}: too many steps`);
}

/** Persons and notes of Pipedrive belong to its lead. */
const recordsIn = ({ records }: Crm) =>
  records.filter(({ kind }) => kind === undefined || kind === 'lead').length;

/** With what is noted beside the records. */
const contentOf = (crm: Crm & { readonly notes?: unknown }) => [crm.records, crm.notes];

type Cell = 'new record' | 'same record, changed' | 'nothing' | 'not told';

interface Row {
  readonly label: string;
  readonly type: EventType;
  /** What was told of the referral already. */
  readonly before: readonly EventType[];
  /** Nobody remembers what the CRM answered to that. */
  readonly isLost?: boolean;
}

function cellOf(name: CrmFormat, { type, before, isLost }: Row): Cell {
  const told = formatOf(name).eventTypes;
  if (!told?.allowed.includes(type)) return 'not told';
  const crm = CRMS[name]();
  // A format that makes a record of each event gets one type: what came before is not told there.
  for (const earlier of before)
    if (told.severalBy !== null || earlier === type) tell(name, crm, earlier, 'thin');
  if (isLost) remembered.delete(crm);
  const [count, content] = [recordsIn(crm), JSON.stringify(contentOf(crm))];
  tell(name, crm, type, (ENDINGS as readonly EventType[]).includes(type) ? 'thin' : 'full');
  if (recordsIn(crm) > count) return 'new record';
  return JSON.stringify(contentOf(crm)) === content ? 'nothing' : 'same record, changed';
}

const first: EventType = 'referral.sent';
const ROWS: readonly Row[] = [
  { label: '`referral.sent`', type: first, before: [] },
  {
    label: '`referral.sent` once more (the CRM’s answer was lost)',
    type: first,
    before: [first],
    isLost: true,
  },
  ...updatesRecords.allowed
    .filter((type) => type !== first)
    .map((type) => ({ label: `\`${type}\``, type, before: [first] })),
  { label: 'an ending of what has no record there', type: 'referral.withdrawn', before: [] },
];

export const crmTable = () =>
  [
    `| Event | ${CRM_FORMATS.map((name) => `\`${name}\``).join(' | ')} |`,
    `|---|${CRM_FORMATS.map(() => '---|').join('')}`,
    ...ROWS.map((row) => `| ${row.label} | ${CRM_FORMATS.map((name) => cellOf(name, row)).join(' | ')} |`),
  ].join('\n');
