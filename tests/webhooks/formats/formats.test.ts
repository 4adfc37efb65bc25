import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATEGORIES } from '../../../src/consents/consents.schemas.ts';
import { canBePinged } from '../../../src/webhooks/engine/ping.ts';
import { exampleInput, SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import type { FormatRequest } from '../../../src/webhooks/formats/format.ts';
import {
  checkSettings,
  FORMAT_NAMES,
  type FormatName,
  type FormatSettings,
  formatOf,
  refuseFormatUrl,
  STEPS_MAX,
  splitSecrets,
} from '../../../src/webhooks/formats/formats.ts';
import { summaryOf } from '../../../src/webhooks/formats/words.ts';
import {
  client,
  input,
  mappings,
  referral,
  referralWith,
  requestsOf,
  STEPS,
  settingsOf,
  textsIn,
  urlOf,
} from '../../support/formats.ts';

const runs = { numRuns: 60 };
const forms = FORMAT_NAMES.filter((name) => name === 'salesforce_web_to_lead');
const jsonOf = ({ body }: { body: string }) => JSON.parse(body);

describe.each(FORMAT_NAMES)('%s', (name) => {
  test('no category leaves that was not given, whatever the mapping asks for', () => {
    const marked = {
      identity: { given_name: 'MARKGIVEN', family_name: 'MARKFAMILY', pronouns: 'MARKPRONOUNS' },
      contact: { email: 'mark@client.example', phone: '+1 402 555 0177', best_times: 'MARKTIMES' },
      reason: 'MARKREASON',
      background: 'MARKBACKGROUND',
      notes: 'MARKNOTES',
      documents: [{ title: 'MARKTITLE', url: 'https://files.example/MARKDOCUMENT' }],
      intake: [{ name: 'a', question: 'Who pays?', answer: 'MARKINTAKE' }],
    };
    const marks = (value: unknown) => JSON.stringify(value).match(/MARK\w+|mark@|555 0177/g) ?? [];
    fc.assert(
      fc.property(fc.subarray([...CATEGORIES]), input(name), (withheld, base) => {
        const told = { ...base, referral: referralWith(marked, {}, withheld) };
        for (const change of mappings(name)) {
          for (const request of requestsOf(name, told, settingsOf(name, change))) {
            const seen = `${textsIn(request)}\n${request.url}\n${JSON.stringify(request.headers)}`;
            for (const category of withheld)
              for (const mark of marks(marked[category])) expect(seen).not.toContain(mark);
          }
        }
      }),
      runs,
    );
  });

  test('what is not withheld arrives, so that the test above means something', () => {
    const value = { identity: { given_name: 'MARKGIVEN', family_name: 'MARKFAMILY' } };
    const told = { ...exampleInput('referral.accepted', urlOf(name), 'full'), referral: referralWith(value) };
    expect(requestsOf(name, told).map(textsIn).join('\n')).toContain('MARKFAMILY');
  });

  test('the requests are well formed, go where the endpoint says, and hold no client data in URL or headers', () => {
    fc.assert(
      fc.property(input(name), (one) => {
        const requests = requestsOf(name, one);
        expect(requests.length).toBeLessThan(STEPS_MAX);
        for (const { url, body, headers } of requests) {
          expect(refuseFormatUrl(name, urlOf(name), false)).toBeNull();
          expect(new URL(url).protocol).toBe('https:');
          expect(body.isWellFormed()).toBe(true);
          expect(`${url}${JSON.stringify(headers)}`).not.toMatch(/MARK|555 0177/);
          if (headers['Content-Type']?.includes('json')) expect(() => JSON.parse(body)).not.toThrow();
          for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]+$/);
        }
      }),
      runs,
    );
  });

  test('a substance-use notice goes wherever client data goes', () => {
    const notice = '42 CFR part 2 prohibits unauthorized use or disclosure of these records.';
    const changes: FormatSettings[] = [
      {},
      ...(name === 'pipedrive_lead' ? [{ add_note: false }] : []),
      ...(name === 'hubspot_form' ? [{ fields: ['lastname', 'message'] }] : []),
    ];
    fc.assert(
      fc.property(client, fc.constantFrom(...changes), (value, change) => {
        const told = {
          ...exampleInput('referral.accepted', urlOf(name), 'full'),
          referral: referralWith(value, { redisclosure_notice: notice }),
        };
        const settings = settingsOf(name, change);
        const requests = STEPS[name].map((progress) => formatOf(name).request(told, settings, progress));
        // Where there is no place for it, no such client leaves: see the test of what an endpoint gets.
        expect(requests.map(textsIn).join('\n').includes(notice)).toBe(
          formatOf(name).carriesNotice(settings),
        );
      }),
      runs,
    );
  });

  test('settings: the example is valid, and an unknown or missing one is named', () => {
    expect(checkSettings(name, SETTINGS_EXAMPLES[name], '').faults).toBeNull();
    expect(
      checkSettings(name, { ...SETTINGS_EXAMPLES[name], colour: 'red' }, '/format_settings').faults,
    ).toEqual([{ pointer: '/format_settings/colour', detail: 'is no setting of this format' }]);
    for (const value of [null, [], 'text', 1])
      expect(checkSettings(name, value, '/format_settings').faults).toHaveLength(1);
    for (const [setting, value] of Object.entries(SETTINGS_EXAMPLES[name])) {
      const faults = checkSettings(name, { ...SETTINGS_EXAMPLES[name], [setting]: 17.5 }, '/s').faults;
      expect(
        faults?.map(({ pointer }) => pointer),
        `${setting} = ${value}`,
      ).toContain(`/s/${setting}`);
      for (const { detail } of faults ?? []) expect(detail).not.toMatch(/^Invalid/);
    }
  });

  test('secrets are never shown, and nothing is lost by taking them apart', () => {
    const settings = settingsOf(name);
    const { plain, secret } = splitSecrets(name, settings);
    expect({ ...plain, ...secret }).toEqual(settings);
    const shown = JSON.stringify(plain);
    const texts = Object.values(secret).flatMap((one) =>
      typeof one === 'string' ? one : Object.values(one as object),
    );
    for (const value of texts) expect(shown).not.toContain(String(value));
  });

  test('a body is the same every time it is made', () => {
    const one = exampleInput('referral.accepted', urlOf(name), 'full');
    expect(requestsOf(name, one)).toEqual(requestsOf(name, one));
  });
});

describe('standard', () => {
  test('the body of a thin endpoint is the envelope, byte for byte', () => {
    fc.assert(
      fc.property(input('standard', fc.constant(null)), (one) => {
        expect(requestsOf('standard', one)[0]?.body).toBe(JSON.stringify(one.envelope));
      }),
    );
  });

  test('a full one has the referral beside what the envelope says', () => {
    fc.assert(
      fc.property(input('standard', referral), (one) => {
        const { data, ...rest } = jsonOf(requestsOf('standard', one)[0] as { body: string });
        const { referral: told, ...others } = data;
        expect({ ...rest, data: others }).toEqual(one.envelope);
        expect(told).toEqual(JSON.parse(JSON.stringify(one.referral)));
      }),
      runs,
    );
  });
});

describe('cloudevents', () => {
  test('the required attributes are there and no name is other than the specification allows', () => {
    fc.assert(
      fc.property(input('cloudevents'), (one) => {
        const [request] = requestsOf('cloudevents', one);
        const event = JSON.parse(request?.body ?? '');
        expect(request?.headers['Content-Type']).toBe('application/cloudevents+json');
        expect(event).toMatchObject({ specversion: '1.0', id: one.envelope.id, source: one.origin });
        expect(event.type).toBe(`example.exchange.${one.envelope.type}`);
        expect(event.time).toBe(one.envelope.timestamp);
        for (const attribute of Object.keys(event)) expect(attribute).toMatch(/^[a-z0-9]{1,20}$/);
      }),
      runs,
    );
  });
});

describe('flat', () => {
  test('has one level of plain values, and an id for Zapier', () => {
    fc.assert(
      fc.property(input('flat'), (one) => {
        const fields = JSON.parse(requestsOf('flat', one)[0]?.body ?? '');
        for (const value of Object.values(fields))
          expect(value === null || ['string', 'number', 'boolean'].includes(typeof value)).toBe(true);
        expect(fields).toMatchObject({ id: one.envelope.id, type: one.envelope.type });
      }),
    );
  });

  test('has no client field while it is thin', () => {
    fc.assert(
      fc.property(input('flat', fc.constant(null)), (one) => {
        const fields = JSON.parse(
          requestsOf('flat', one, settingsOf('flat', mappings('flat')[1] ?? {}))[0]?.body ?? '',
        );
        expect(
          Object.keys(fields).filter((field) => /^(client|sender|receiver|referral_(?!id))/.test(field)),
        ).toEqual([]);
      }),
    );
  });

  test('sends Make its API key as a header and not in the body', () => {
    const one = exampleInput('referral.sent', 'https://hook.eu1.make.com/abc', 'thin');
    const [request] = requestsOf('flat', one, settingsOf('flat', { make_api_key: 'make-key' }));
    expect(request?.headers['x-make-apikey']).toBe('make-key');
    expect(request?.body).not.toContain('make-key');
  });
});

describe('forms', () => {
  test.each(forms)('%s decodes to what was put in', (name) => {
    fc.assert(
      fc.property(input(name, referral), (one) => {
        const fields = Object.fromEntries(new URLSearchParams(requestsOf(name, one)[0]?.body));
        const { identity, contact } = one.referral.client ?? {};
        if (identity && identity.family_name.length <= 80)
          expect(fields.last_name).toBe(identity.family_name);
        if (identity && identity.given_name.length <= 40) expect(fields.first_name).toBe(identity.given_name);
        expect(fields.email).toBe(contact?.email);
        expect(fields.phone).toBe(contact?.phone);
      }),
    );
  });
});

describe('what CRMs insist on', () => {
  const required: Partial<Record<FormatName, (requests: FormatRequest[]) => unknown[]>> = {
    salesforce_web_to_lead: ([one]) => {
      const fields = new URLSearchParams(one?.body);
      return ['oid', 'last_name', 'company'].map((field) => fields.get(field));
    },
    hubspot_form: ([one]) =>
      jsonOf(one as { body: string })
        .fields.filter((field: { name: string }) => field.name === 'lastname')
        .concat(Array(1))
        .slice(0, 1)
        .map((field?: { value: string }) => field?.value),
    salesforce_lead: ([, , upsert]) => {
      const { LastName, Company } = jsonOf(upsert as { body: string });
      return [LastName, Company];
    },
    hubspot_contact: (requests) => {
      const create = requests.find(({ method }) => method === 'POST');
      return [jsonOf(create as { body: string }).properties.lastname];
    },
    pipedrive_lead: (requests) => {
      const [person, lead, note] = requests.filter(({ method }) => method === 'POST').slice(-3);
      return [
        jsonOf(person as { body: string }).name,
        jsonOf(lead as { body: string }).title,
        jsonOf(lead as { body: string }).person_id && 'set',
        jsonOf(note as { body: string }).content,
        jsonOf(note as { body: string }).lead_id,
      ];
    },
    zoho_lead: ([, insert]) => {
      const [record] = jsonOf(insert as { body: string }).data;
      return [record.Last_Name, record.Company];
    },
  };

  test.each(Object.entries(required))('%s: is never empty, thin or full, test or referral', (name, read) => {
    fc.assert(
      fc.property(input(name as FormatName), (one) => {
        for (const value of read(requestsOf(name as FormatName, one))) {
          expect(value).toBeTypeOf('string');
          expect((value as string).trim()).not.toBe('');
        }
      }),
    );
  });

  test('no field is sent empty or longer than the CRM takes', () => {
    const lengths: Record<string, number> = {
      first_name: 40,
      last_name: 80,
      company: 255,
      email: 80,
      phone: 40,
      city: 40,
    };
    fc.assert(
      fc.property(input('salesforce_web_to_lead'), (one) => {
        for (const [field, value] of new URLSearchParams(
          requestsOf('salesforce_web_to_lead', one)[0]?.body,
        )) {
          expect(value).not.toBe('');
          expect(value.length).toBeLessThanOrEqual(lengths[field] ?? 32_000);
        }
      }),
    );
  });

  test('a withheld client is named by the referral and by nothing else', () => {
    for (const name of FORMAT_NAMES.filter((one) => formatOf(one).eventTypes !== null)) {
      const one = exampleInput('referral.sent', urlOf(name), 'thin');
      const texts = requestsOf(name, one).map(textsIn).join('\n');
      expect(texts).toMatch(/^Referral\b/m);
      expect(texts).toContain(String(one.envelope.data.referral_id));
    }
  });
});

test('a person in the CRM is led to the referral’s page where the endpoint has page links, else to the link that only answers', () => {
  const input = exampleInput('referral.sent', 'https://crm.example/', 'thin');
  const page_url = 'https://exchange.example/referral/abc';
  expect(summaryOf(input)).toContain('Answer or report the outcome: https://exchange.example/callback/');
  const linked = summaryOf({
    ...input,
    envelope: { ...input.envelope, data: { ...input.envelope.data, page_url } },
  });
  expect(linked).toContain(`Read and answer it: ${page_url}`);
  expect(linked).not.toContain('/callback/');
});

test('a format whose hosts are not known can be pinged: by that its address is confirmed before an event goes there', () => {
  const anywhere = FORMAT_NAMES.filter((name) => formatOf(name).hosts === null);
  expect(anywhere.length).toBeGreaterThan(0);
  for (const name of anywhere) expect([name, canBePinged({ format: name })]).toEqual([name, true]);
});
