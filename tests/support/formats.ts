/** Referrals and events of every shape, and what a format makes of them. */
import fc from 'fast-check';
import type { Category } from '../../src/consents/consents.schemas.ts';
import { EVENT_TYPE_NAMES } from '../../src/ledger/event-types.ts';
import { acceptedExample } from '../../src/referrals/referrals.examples.ts';
import { SETTINGS_EXAMPLES, stepsOf } from '../../src/webhooks/formats/examples.ts';
import type { FormatRequest, Progress } from '../../src/webhooks/formats/format.ts';
import {
  checkSettings,
  FORMAT_NAMES,
  type FormatName,
  type FormatSettings,
  formatOf,
} from '../../src/webhooks/formats/formats.ts';
import type { Envelope, FormatInput, VisibleReferral } from '../../src/webhooks/formats/input.ts';
import { SOURCE_NAMES } from '../../src/webhooks/formats/sources.ts';

export const WHOLE = acceptedExample as unknown as VisibleReferral;

export const settingsOf = (name: FormatName, change: FormatSettings = {}): FormatSettings => {
  const { settings, faults } = checkSettings(name, { ...SETTINGS_EXAMPLES[name], ...change }, '');
  if (!settings) throw new Error(JSON.stringify(faults));
  return settings;
};

export const urlOf = (name: FormatName) =>
  formatOf(name).defaultUrl ??
  (name === 'salesforce_lead' ? 'https://elmstreet.my.salesforce.com' : 'https://hooks.example/catch/1');

/** How far a delivery can have come: every one of them makes another request. */
export const STEPS = Object.fromEntries(
  FORMAT_NAMES.map((name) => [name, stepsOf(name, settingsOf(name))]),
) as Readonly<Record<FormatName, readonly Progress[]>>;

export const requestsOf = (
  name: FormatName,
  input: FormatInput,
  settings: FormatSettings = settingsOf(name),
): FormatRequest[] =>
  STEPS[name]
    .filter(({ kept }) => settings.add_note !== false || kept.lead_id === undefined)
    .map((progress) => formatOf(name).request(input, settings, progress));

/** Field names that a format allows, for a mapping of every source. */
const TARGETS: Record<FormatName, (index: number) => string> = {
  standard: () => '',
  cloudevents: (index) => `field${index}`,
  flat: (index) => `field_${index}`,
  salesforce_web_to_lead: (index) => `00N5g0000000${String(index).padStart(3, '0')}`,
  salesforce_lead: (index) => `Field_${index}__c`,
  hubspot_form: (index) => `field_${index}`,
  hubspot_contact: (index) => `field_${index}`,
  pipedrive_lead: (index) => String(index).padStart(40, '0'),
  zoho_lead: (index) => `Field_${index}`,
  clio_grow: () => '',
  gohighlevel: () => '',
  lawmatics: () => '',
  espocrm: () => '',
  template: (index) => `field_${index}`,
};
const WITHOUT_MAPPING: readonly FormatName[] = [
  'standard',
  'clio_grow',
  'gohighlevel',
  'lawmatics',
  'espocrm',
];

/** Settings that map these, each into a field of its own. */
export function mappingOf(name: FormatName, froms: readonly unknown[]): FormatSettings {
  const fields = froms.map((from, index) => [TARGETS[name](index), from] as const);
  if (WITHOUT_MAPPING.includes(name)) return {};
  if (name !== 'template') return { mapping: Object.fromEntries(fields) };
  const json = Object.fromEntries(
    fields.map(([field, from]) => [
      field,
      typeof from === 'string' ? `{{${from}}}` : (from as { constant: string }).constant,
    ]),
  );
  const { create, update } = SETTINGS_EXAMPLES.template as { create: object; update: object };
  // By the referral's id the record is found again.
  return {
    create: { ...create, json: { ...json, reference: '{{referral.id}}' } },
    update: { ...update, json },
  };
}
/** Settings that, together, map every source. */
export const mappings = (name: FormatName) =>
  [SOURCE_NAMES.slice(0, 20), SOURCE_NAMES.slice(20)].map((sources) => mappingOf(name, sources));

/** A body as its receiver reads it: every text in it, whatever way it was written down. */
export function textsIn({ body, headers }: FormatRequest): string {
  if (headers['Content-Type']?.startsWith('application/x-www-form-urlencoded'))
    return [...new URLSearchParams(body)].flat().join('\n');
  const texts: string[] = [];
  if (body === '') return '';
  JSON.parse(body, (name, value) => {
    texts.push(name);
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.join('\n');
}

const text = (lengthMax: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: lengthMax }).map((value) => value.trim() || 'x');

/** Client data in which each category can be told from the others. */
export const client = fc.record(
  {
    identity: fc.record({
      given_name: text(100),
      family_name: text(100),
      date_of_birth: fc.constant('1980-02-29'),
    }),
    contact: fc.record({
      email: fc.constant('MARKCONTACT@client.example'),
      phone: fc.constant('+1 402 555 0177'),
      best_times: text(200),
    }),
    reason: text(4000),
    background: text(8000),
    notes: text(8000),
    documents: fc.array(
      fc.record({ title: text(200), url: fc.constant('https://files.example/MARKDOCUMENTS') }),
      {
        minLength: 1,
        maxLength: 10,
      },
    ),
    intake: fc.array(
      fc.record({
        name: fc.constant('asked'),
        question: text(200),
        answer: fc.oneof(text(500), fc.boolean(), fc.integer()),
      }),
      { minLength: 1, maxLength: 20 },
    ),
  },
  { requiredKeys: [] },
);

export const envelope: fc.Arbitrary<Envelope> = fc
  .record({
    type: fc.constantFrom(...EVENT_TYPE_NAMES),
    referral_id: fc.option(fc.constant('ref_01k8vb1s2wf7r8tck5e8t3d7m1'), { nil: undefined }),
    extra: fc.option(fc.object({ maxDepth: 2, key: fc.stringMatching(/^[a-z]{1,8}$/) }), { nil: undefined }),
    callback_url: fc.option(fc.constant('https://exchange.example/callbacks/opaque'), { nil: undefined }),
  })
  .map(({ type, ...data }) => ({
    id: 'evt_01k8vb2t5heqxt3nq5v0r6k3ma',
    type,
    timestamp: '2026-10-05T15:04:05.000Z',
    data: JSON.parse(JSON.stringify({ actor: 'receiver', sequence: 2, state: 'accepted', ...data })),
  }));

export const referralWith = (
  value: object,
  change: Partial<VisibleReferral> = {},
  categoriesWithheld: readonly Category[] = [],
): VisibleReferral => {
  const given = Object.entries(value).filter(([name]) => !categoriesWithheld.includes(name as Category));
  return { ...WHOLE, ...change, client: given.length > 0 ? Object.fromEntries(given) : null };
};

export const referral: fc.Arbitrary<VisibleReferral> = fc
  .record({ client, city: fc.option(text(120), { nil: null }), sender: text(160) })
  .map((made) =>
    referralWith(made.client, {
      client_city: made.city,
      sender: { ...WHOLE.sender, name: made.sender },
    }),
  );

export const input = <T extends VisibleReferral | null = VisibleReferral | null>(
  name: FormatName,
  told: fc.Arbitrary<T> = fc.option(referral) as fc.Arbitrary<T>,
) =>
  fc.record({ envelope, referral: told }).map((one) => ({
    ...one,
    url: urlOf(name),
    origin: 'https://exchange.example',
  }));
