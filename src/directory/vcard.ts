/**
 * Business cards as vCard 4.0 (RFC 6350): one of the practice, and one of each professional of it who is verified.
 * Address, mail and telephone stand on it for partners only, as nobody else is shown them.
 */
import { uuidOf } from '../platform/db/ids.ts';

/** What is on the cards. */
export interface CardSubject {
  readonly id: string;
  readonly name: string;
  readonly city: string;
  readonly jurisdiction: string;
  readonly scope_of_services: string;
  readonly languages: readonly string[];
  readonly services: readonly string[];
  readonly website: string | null;
  readonly brochure_url: string | null;
  readonly updated_at: string;
  readonly professionals: readonly {
    readonly id: string;
    readonly name: string;
    readonly profession_title: string;
    readonly credentials: readonly { readonly title: string; readonly issuer: string }[];
  }[];
}

export interface Contact {
  readonly contact_email: string | null;
  readonly contact_phone: string | null;
}

/** RFC 6350, 3.2: lines of at most 75 octets, which go on after a space; no character is cut in two. */
const LINE_OCTETS_MAX = 75;
const octetsOf = (text: string) => new TextEncoder().encode(text).length;

function fold(line: string): string {
  const lines = [''];
  let octets = 0;
  for (const character of line) {
    const size = octetsOf(character);
    if (octets + size > LINE_OCTETS_MAX) {
      lines.push(' ');
      octets = 1;
    }
    lines[lines.length - 1] += character;
    octets += size;
  }
  return lines.join('\r\n');
}

/** RFC 6350, 3.4: so that no value ends its property or begins another one. */
const text = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(',', '\\,');

/** As one of the parts that `;` divides. */
const part = (value: string) => text(value).replaceAll(';', '\\;');

const property = (name: string, value: string | null) => (value === null ? [] : [fold(`${name}:${value}`)]);

function card(
  kind: 'org' | 'individual',
  id: string,
  updatedAt: string,
  properties: readonly string[],
): string[] {
  return [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `KIND:${kind}`,
    `UID:urn:uuid:${uuidOf(id)}`,
    `REV:${updatedAt.replaceAll(/[-:]|\.\d+/g, '')}`,
    ...properties,
    'END:VCARD',
  ];
}

/** @param contact for partners; null for everybody else */
export function toVcard(subject: CardSubject, contact: Contact | null): string {
  const [country = '', region = ''] = subject.jurisdiction.split('-');
  const shared = [
    ...property('ADR;TYPE=work', ['', '', '', part(subject.city), region, '', country].join(';')),
    ...property('EMAIL;TYPE=work', contact?.contact_email == null ? null : text(contact.contact_email)),
    ...property('TEL;TYPE=work', contact?.contact_phone == null ? null : text(contact.contact_phone)),
    ...property('URL', subject.website),
  ];
  const practice = card('org', subject.id, subject.updated_at, [
    ...property('FN', text(subject.name)),
    ...property('ORG', part(subject.name)),
    ...shared,
    ...(subject.brochure_url === null ? [] : property('URL;TYPE=work', subject.brochure_url)),
    ...subject.languages.flatMap((language) => property('LANG', language)),
    ...(subject.services.length === 0 ? [] : property('CATEGORIES', subject.services.map(text).join(','))),
    ...property('NOTE', text(subject.scope_of_services)),
  ]);
  const people = subject.professionals
    .filter(({ credentials }) => credentials.length > 0)
    .flatMap(({ id, name, profession_title, credentials }) =>
      card('individual', id, subject.updated_at, [
        ...property('FN', text(name)),
        ...property('ORG', part(subject.name)),
        ...property('TITLE', text(profession_title)),
        ...property('NOTE', text(credentials.map(({ title, issuer }) => `${title}, ${issuer}`).join('\n'))),
        ...property('RELATED', `urn:uuid:${uuidOf(subject.id)}`),
        ...shared,
      ]),
    );
  return `${[...practice, ...people].join('\r\n')}\r\n`;
}
