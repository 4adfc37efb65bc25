/** What leaves is what the log of disclosures names: no request holds a category that its format does not say it carries. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CATEGORIES, type Category } from '../../../src/consents/consents.schemas.ts';
import { EVENT_TYPE_NAMES } from '../../../src/ledger/event-types.ts';
import { exampleInput, SETTINGS_EXAMPLES, stepsOf } from '../../../src/webhooks/formats/examples.ts';
import { checkSettings, FORMAT_NAMES, formatOf } from '../../../src/webhooks/formats/formats.ts';
import { SOURCE_NAMES } from '../../../src/webhooks/formats/sources.ts';
import { TEMPLATE_SOURCES } from '../../../src/webhooks/formats/template/leaves.ts';
import { mappingOf, referralWith, settingsOf, textsIn, urlOf } from '../../support/formats.ts';

const MARKED = {
  identity: {
    given_name: 'MARKGIVEN',
    family_name: 'MARKFAMILY',
    pronouns: 'MARKPRONOUNS',
    date_of_birth: '1980-02-29',
  },
  contact: { email: 'mark@client.example', phone: '+1 402 555 0177', best_times: 'MARKTIMES' },
  reason: 'MARKREASON',
  background: 'MARKBACKGROUND',
  notes: 'MARKNOTES',
  documents: [{ title: 'MARKTITLE', url: 'https://files.example/MARKDOCUMENT' }],
  intake: [{ name: 'a', question: 'Who pays?', answer: 'MARKINTAKE' }],
};
const MARKS: Record<Category, readonly string[]> = {
  identity: ['MARKGIVEN', 'MARKFAMILY', 'MARKPRONOUNS', '1980-02-29'],
  contact: ['mark@client', '555 0177', 'MARKTIMES'],
  reason: ['MARKREASON'],
  background: ['MARKBACKGROUND'],
  notes: ['MARKNOTES'],
  documents: ['MARKTITLE', 'MARKDOCUMENT'],
  intake: ['MARKINTAKE'],
};

const eventType = fc.constantFrom(...EVENT_TYPE_NAMES.filter((type) => /^(referral|consent)\./.test(type)));

/** The categories that the format carries of a client of whom everything may leave, and those that its requests hold. */
function heldBy(
  name: (typeof FORMAT_NAMES)[number],
  change: object,
  type: (typeof EVENT_TYPE_NAMES)[number],
) {
  const settings = settingsOf(name, change as Record<string, unknown>);
  const example = exampleInput(type, urlOf(name), 'full');
  // As the engine does it: what is not carried is withheld, and not even opened.
  const carried: readonly string[] = formatOf(name).carries(settings);
  const withheld = CATEGORIES.filter((category) => !carried.includes(category));
  const referral = referralWith(MARKED, { messages: [] }, withheld);
  const texts = stepsOf(name, settings)
    .map((progress) => {
      const request = formatOf(name).request({ ...example, referral }, settings, progress);
      return `${textsIn(request)}\n${request.url}\n${JSON.stringify(request.headers)}`;
    })
    .join('\n');
  return {
    carried,
    held: CATEGORIES.filter((category) => MARKS[category].some((mark) => texts.includes(mark))),
  };
}

test.each(FORMAT_NAMES)('%s: no request holds a category that the format does not carry', (name) => {
  fc.assert(
    fc.property(fc.subarray([...SOURCE_NAMES], { maxLength: 20 }), eventType, (sources, type) => {
      const { carried, held } = heldBy(name, mappingOf(name, sources), type);
      expect(carried).toEqual(expect.arrayContaining(held));
    }),
    { numRuns: 40 },
  );
});

const leaf = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(...TEMPLATE_SOURCES.filter((source) => source !== 'record_id' && source !== 'token'))
        .chain((source) =>
          fc
            .option(fc.integer({ min: 20, max: 32_000 }))
            .map((length) => (length === null ? `{{${source}}}` : `{{ ${source} : ${length} }}`)),
        ),
      fc.string({ maxLength: 10 }).filter((text) => !/[{}]/.test(text)),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(' '));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.integer(),
    fc.constant(null),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('value'), { maxKeys: 5 }),
})).object;
const body = fc.oneof(
  json.map((value) => ({ json: value, form: undefined })),
  fc
    .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), leaf, { minKeys: 1, maxKeys: 5 })
    .map((form) => ({ form, json: undefined })),
);

test('whatever a template says, it is known beforehand what of the client it can hold, and it holds nothing else', () => {
  const { create, update } = SETTINGS_EXAMPLES.template as { create: object; update: object };
  let carriedSome = 0;
  fc.assert(
    fc.property(body, body, fc.option(body), eventType, (first, later, note, type) => {
      const change = {
        create: { ...create, ...first },
        update: { ...update, ...later },
        ...(note ? { note: { path: '/notes', ...note } } : {}),
      };
      fc.pre(checkSettings('template', { ...SETTINGS_EXAMPLES.template, ...change }, '').faults === null);
      const { carried, held } = heldBy('template', change, type);
      expect(carried).toEqual(expect.arrayContaining(held));
      if (held.length > 0) carriedSome += 1;
    }),
    { numRuns: 300 },
  );
  expect(carriedSome).toBeGreaterThan(30);
});
