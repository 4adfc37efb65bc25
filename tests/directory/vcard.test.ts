/** The business cards, read by a parser that knows vCard 4.0. */
import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import { toVcard } from '../../src/directory/vcard.ts';

const subject = {
  id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
  name: 'Élm, Street; \\ Counseling',
  city: 'Omaha',
  jurisdiction: 'US-NE',
  scope_of_services: `Career counseling, testing; and more.\nEND:VCARD\n${'ñ漢🌳'.repeat(40)}`,
  languages: ['en', 'es-MX'],
  services: ['career_counseling', 'testing'],
  website: 'https://elm-street.example/a,b;c',
  brochure_url: 'https://elm-street.example/brochure.pdf',
  updated_at: '2026-10-01T09:00:00.000Z',
  professionals: [
    {
      id: 'pro_01k8vazw3efr0b6q7n1d8y5k2j',
      name: 'Jordan Alder',
      profession_title: 'Career counselor',
      credentials: [
        { title: 'LIMHP', issuer: 'Board' },
        { title: 'CPRW', issuer: 'Association' },
      ],
    },
    {
      id: 'pro_01k8vazw3efr0b6q7n1d8y5k2k',
      name: 'Nobody Yet',
      profession_title: 'Career coach',
      credentials: [],
    },
  ],
};
const contact = { contact_email: 'office@elm-street.example', contact_phone: '+1 402 555 0100' };

const read = (text: string) =>
  (ICAL.parse(text) as unknown[][]).map((part) => new ICAL.Component(part as never));
const valuesOf = (card: InstanceType<typeof ICAL.Component>, name: string) =>
  card.getAllProperties(name).map((property) => property.getFirstValue());

test('say what the practice and its verified professionals are, whatever characters it has', () => {
  const cards = read(toVcard(subject, contact));
  expect(
    cards.map((card) => [
      card.name,
      card.getFirstPropertyValue('version'),
      card.getFirstPropertyValue('kind'),
    ]),
  ).toEqual([
    ['vcard', '4.0', 'org'],
    ['vcard', '4.0', 'individual'],
  ]);
  const [practice, person] = cards as [(typeof cards)[0], (typeof cards)[0]];
  expect(valuesOf(practice, 'fn')).toEqual([subject.name]);
  expect(valuesOf(practice, 'note')).toEqual([subject.scope_of_services]);
  expect(valuesOf(practice, 'adr')).toEqual([['', '', '', 'Omaha', 'NE', '', 'US']]);
  expect(valuesOf(practice, 'lang')).toEqual(['en', 'es-MX']);
  expect(valuesOf(practice, 'url')).toEqual([subject.website, subject.brochure_url]);
  expect(practice.getFirstProperty('categories')?.getValues()).toEqual(subject.services);
  expect(valuesOf(practice, 'uid')).toEqual([expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/)]);
  expect(valuesOf(person, 'fn')).toEqual(['Jordan Alder']);
  expect(valuesOf(person, 'title')).toEqual(['Career counselor']);
  expect(valuesOf(person, 'note')).toEqual(['LIMHP, Board\nCPRW, Association']);
  expect(valuesOf(person, 'email')).toEqual([contact.contact_email]);
  expect(valuesOf(person, 'tel')).toEqual([contact.contact_phone]);
  expect(valuesOf(person, 'related')).toEqual(valuesOf(practice, 'uid'));
});

test('have lines of at most 75 octets, and no contact for those who are no partners', () => {
  const text = toVcard(subject, null);
  for (const line of text.split('\r\n'))
    expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  expect(text).not.toMatch(/EMAIL|TEL|office@/);
});
