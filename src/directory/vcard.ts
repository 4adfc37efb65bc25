/**
 * Business cards as vCard 4.0 (RFC 6350): one of the practice, and one of each professional of it who is verified.
 * Address, mail and telephone stand on it for partners only, as nobody else is shown them.
 */
import { basicTime, part, property, text } from '../http/content-lines.ts';
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
    readonly credentials: readonly { readonly title: string; readonly issuer: string | null }[];
  }[];
}

export interface Contact {
  readonly contact_email: string | null;
  readonly contact_phone: string | null;
}

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
    `REV:${basicTime(updatedAt)}`,
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
        ...property(
          'NOTE',
          text(credentials.map(({ title, issuer }) => [title, issuer].filter(Boolean).join(', ')).join('\n')),
        ),
        ...property('RELATED', `urn:uuid:${uuidOf(subject.id)}`),
        ...shared,
      ]),
    );
  return `${[...practice, ...people].join('\r\n')}\r\n`;
}
