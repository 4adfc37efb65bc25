/** The largest referrals that the API takes: the body stays small enough, and says what it left out. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { CATEGORIES } from '../../../src/consents/consents.schemas.ts';
import { writePart2Notice } from '../../../src/consents/part2.ts';
import { ClientSchema } from '../../../src/referrals/client.schemas.ts';
import { NewReferralSchema } from '../../../src/referrals/new-referral.schemas.ts';
import { exampleInput } from '../../../src/webhooks/formats/examples.ts';
import { BODY_BYTES_MAX, type Carried, EVERYTHING } from '../../../src/webhooks/formats/format.ts';
import {
  FORMAT_NAMES,
  type FormatName,
  type FormatSettings,
  formatOf,
} from '../../../src/webhooks/formats/formats.ts';
import type { FormatInput, VisibleClient, VisibleReferral } from '../../../src/webhooks/formats/input.ts';
import { mappingOf, mappings, requestsOf, settingsOf, textsIn, urlOf, WHOLE } from '../../support/formats.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength;

/** `mark`, then so many UTF-16 units of the dearest characters. */
const filled = (mark: string, lengthMax: number, unit: string) =>
  `${mark}${unit.repeat(Math.ceil(lengthMax / unit.length))}`
    .slice(0, lengthMax)
    .toWellFormed()
    .replace(/\ufffd$/, 'x');

/** Of a note in HTML. */
const unescaped = (text: string) =>
  text.replaceAll('<br>', '\n').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** Characters that grow most in UTF-8, in a form, in JSON, in HTML; and plain ones. */
const UNITS = ['漢', '😀', '"', '&', '\\', 'x'];
const MARKS: Readonly<Record<Carried, string>> = {
  identity: 'MARKFAMILY',
  contact: 'mark@client.example',
  reason: 'MARKREASON',
  background: 'MARKBACKGROUND',
  notes: 'MARKNOTES',
  documents: 'MARKTITLE',
  intake: 'MARKINTAKE',
  messages: 'MARKANSWER',
};

const largeClient = (unit: string, documentsCount: number, share: number): VisibleClient => ({
  identity: {
    given_name: filled('MARKGIVEN', 100, unit),
    family_name: filled('MARKFAMILY', 100, unit),
    preferred_name: filled('P', 100, unit),
    pronouns: filled('P', 40, unit),
    date_of_birth: '1980-02-29',
  },
  contact: {
    email: 'mark@client.example',
    phone: '+1 402 555 0177',
    preferred_way: 'email',
    best_times: filled('T', 200, unit),
  },
  reason: filled('MARKREASON', 4000 * share, unit),
  background: filled('MARKBACKGROUND', 8000 * share, unit),
  notes: filled('MARKNOTES', 8000, unit),
  documents: Array.from({ length: documentsCount }, (_, index) => ({
    title: filled(`MARKTITLE${index}`, 200, unit),
    url: filled('https://files.example/', 2000 * share, unit === '\\' ? 'x' : unit),
  })),
  intake: Array.from({ length: 20 }, (_, index) => ({
    name: `question_${index}`,
    question: filled(`Q${index}`, 200, unit),
    answer: filled('MARKINTAKE', 500 * share, unit),
  })),
});

const size = fc.record({
  unit: fc.constantFrom(...UNITS),
  documentsCount: fc.integer({ min: 1, max: 10 }),
  share: fc.constantFrom(0.1, 1),
  messagesCount: fc.constantFrom(1, 50, 100),
  contactsCount: fc.constantFrom(0, 200),
  isAnswered: fc.boolean(),
});
type Size = typeof size extends fc.Arbitrary<infer T> ? T : never;

function largeReferral({
  unit,
  documentsCount,
  share,
  messagesCount,
  contactsCount,
  isAnswered,
}: Size): VisibleReferral {
  const client = largeClient(unit, documentsCount, share);
  const { intake = [], ...others } = client;
  const answers = Object.fromEntries(intake.map(({ name, answer }) => [name, answer]));
  expect(v.is(ClientSchema, { ...others, intake: answers })).toBe(true);
  const id = (kind: string, index: number) =>
    `${kind}_01k8vb1s2wf7r8tck5e8t3d7${String(index).padStart(2, '0')}`;
  return {
    ...WHOLE,
    languages: Array.from(
      { length: 20 },
      (_, index) => `en-${'x'.repeat(8)}-${'y'.repeat(8)}-${'z'.repeat(8)}-${index}${index}`,
    ),
    client_city: filled('C', 120, unit),
    sender: { ...WHOLE.sender, name: filled('S', 160, unit) },
    service: 's'.repeat(63),
    client,
    redisclosure_notice: writePart2Notice({
      sender: filled('S', 160, unit),
      receiver: filled('R', 160, unit),
      categories: CATEGORIES,
      purposes: Array(10).fill(filled('P', 200, unit)),
      expiresAt: 0,
    }),
    consent: { ...(WHOLE.consent as object), purposes: Array(10).fill(filled('P', 200, unit)) } as never,
    messages: Array.from({ length: messagesCount }, (_, index) => {
      // The one answer may be older than all that fits.
      const isAnswer = index === 0 || (isAnswered && index % 2 === 0);
      return {
        id: id('msg', index),
        kind: isAnswer ? ('answer' as const) : ('question' as const),
        author: isAnswer ? ('sender' as const) : ('receiver' as const),
        text: filled(isAnswer ? 'MARKANSWER' : 'Q', isAnswer ? 4000 : 2000, unit),
        created_at: '2026-10-05T15:04:05.000Z',
      };
    }),
    contacts: Array.from({ length: contactsCount }, (_, index) => ({
      id: id('cnt', index),
      kind: 'appointment_cancelled' as const,
      occurred_at: '2026-10-05T15:04:05.000Z',
    })),
  };
}

const inputOf = (name: FormatName, referral: VisibleReferral): FormatInput => ({
  ...exampleInput('referral.accepted', urlOf(name), 'full'),
  referral,
});

/** Settings with which a format carries more or less. */
const VARIANTS: Partial<Record<FormatName, FormatSettings[]>> = {
  hubspot_form: [
    { fields: ['lastname'] },
    { fields: ['lastname', 'phone'], mapping: { story: 'client.background', summary: 'client.name' } },
    { fields: ['lastname'], mapping: { story: 'referral.summary' } },
  ],
  pipedrive_lead: [
    { add_note: false },
    { add_note: false, mapping: { ['a'.repeat(40)]: 'referral.summary', ['b'.repeat(40)]: 'client.notes' } },
  ],
};
/** The largest that an owner can set. */
const largest = (name: FormatName) => ({
  ...mappingOf(name, Array(20).fill({ constant: filled('C', 255, '漢') })),
  ...(name.startsWith('salesforce') || name.startsWith('zoho')
    ? { company: filled('C', 100, '漢'), lead_source: filled('L', 120, '漢') }
    : {}),
});
const settingsTried = (name: FormatName) =>
  [{}, ...mappings(name), largest(name), ...(VARIANTS[name] ?? [])].map((change) => settingsOf(name, change));

test('what is tried is as large as what may be created', () => {
  const body = {
    receiver_practice_id: 'prc_01k8vayj1hf7trxq1n3d5c8v2k',
    service: 's'.repeat(63),
    reason: 'other',
    client_jurisdiction: 'US-NE',
    client: { ...largeClient('漢', 10, 1), intake: {} },
  };
  expect(v.is(NewReferralSchema, body)).toBe(true);
  const longer = { ...body, client: { ...body.client, notes: `${body.client.notes}漢` } };
  expect(v.is(NewReferralSchema, longer)).toBe(false);
});

describe.each(FORMAT_NAMES)('%s', (name) => {
  const format = formatOf(name);

  test('no body is larger than 64 KB, each category that is logged is in it, and what is shortened says so', () => {
    fc.assert(
      fc.property(size, fc.constantFrom(...settingsTried(name)), (one, settings) => {
        const referral = largeReferral(one);
        const requests = requestsOf(name, inputOf(name, referral), settings);
        for (const { body } of requests) expect(bytesOf(body)).toBeLessThanOrEqual(BODY_BYTES_MAX);
        if (requests.some(({ body }) => body.includes('"left_out"'))) {
          const { left_out, client, messages, contacts } = JSON.parse(requests[0]?.body ?? '').data.referral;
          const counted = { documents: client.documents, intake: client.intake, messages, contacts };
          for (const [list, kept] of Object.entries(counted) as ['messages', unknown[]][])
            expect(kept.length + (left_out[list] ?? 0)).toBe(
              (
                {
                  ...referral,
                  documents: referral.client?.documents,
                  intake: referral.client?.intake,
                } as typeof referral
              )[list]?.length,
            );
        }
        const seen = requests.map((request) => unescaped(textsIn(request))).join('\n');
        for (const category of format.carries(settings)) {
          const mark = category === 'contact' && !seen.includes(MARKS.contact) ? '555 0177' : MARKS[category];
          expect([category, seen.includes(mark)]).toEqual([category, true]);
          const whole = referral.client?.[category as 'notes'];
          if (typeof whole === 'string' && !seen.includes(whole))
            expect(seen).toMatch(/shortened; read it at https:/);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('what it says to carry is what it carries, with whatever settings', () => {
    const referral = largeReferral({
      unit: 'x',
      documentsCount: 1,
      share: 0.1,
      messagesCount: 1,
      contactsCount: 0,
      isAnswered: true,
    });
    const small: VisibleReferral = {
      ...referral,
      client: { ...largeClient('x', 1, 0.05), reason: 'MARKREASON', notes: 'MARKNOTES' },
    };
    const without: Record<Carried, VisibleReferral> = Object.fromEntries(
      EVERYTHING.map((category) => {
        const { [category as 'notes']: _left, ...client } = small.client ?? {};
        return [category, category === 'messages' ? { ...small, messages: [] } : { ...small, client }];
      }),
    ) as Record<Carried, VisibleReferral>;
    for (const settings of settingsTried(name)) {
      const told = (referralTold: VisibleReferral) =>
        JSON.stringify(requestsOf(name, inputOf(name, referralTold), settings));
      const changing = EVERYTHING.filter((category) => told(without[category]) !== told(small));
      expect([...new Set(format.carries(settings))].sort()).toEqual([...changing].sort());
    }
  });
});
