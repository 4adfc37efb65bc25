/** The form by which somebody registers: its fields, and what they become. */
import type { RegistrationRequest } from '../../joining/joining.schemas.ts';
import { TERMS_VERSION } from '../../joining/terms.ts';
import { type Form, fieldOf } from '../kit/forms.ts';

export const FIELDS = [
  'person_name',
  'profession',
  'credential_title',
  'issuer',
  'number',
  'credential_state',
  'expires_on',
  'practice_name',
  'city',
  'state',
  'time_zone',
  'scope',
  'email',
  'phone',
  'agree',
] as const;
export type Field = (typeof FIELDS)[number];

/** What was filled in, where the form comes back. */
export interface Filled {
  readonly values: Partial<Record<Field, string>>;
  readonly services: readonly string[];
  /** By which the same form is known again. */
  readonly claim: string;
}

/** Clocks of the United States; every other zone registers by a program. */
export const TIME_ZONES = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
] as const;

const CLAIM = /^[0-9a-f-]{36}$/;

export const emptyForm = (): Filled => ({ values: {}, services: [], claim: crypto.randomUUID() });

export function filledIn(form: Form): Filled {
  const claim = fieldOf(form, 'claim');
  return {
    values: Object.fromEntries(FIELDS.map((name) => [name, fieldOf(form, name)])),
    services: form.get('service') ?? [],
    claim: CLAIM.test(claim) ? claim : crypto.randomUUID(),
  };
}

/** Where each part of a registration is filled in. */
const POINTERS: readonly (readonly [pointer: string, field: Field | 'services'])[] = [
  ['/practice/name', 'practice_name'],
  ['/practice/city', 'city'],
  ['/practice/jurisdiction', 'state'],
  ['/practice/time_zone', 'time_zone'],
  ['/practice/scope_of_services', 'scope'],
  ['/practice/services', 'services'],
  ['/practice/contact_email', 'email'],
  ['/practice/contact_phone', 'phone'],
  ['/professional/name', 'person_name'],
  ['/professional/profession', 'profession'],
  ['/credential/title', 'credential_title'],
  ['/credential/issuer', 'issuer'],
  ['/credential/number', 'number'],
  ['/credential/jurisdiction', 'credential_state'],
  ['/credential/expires_on', 'expires_on'],
  // The person who registers is the one who agrees.
  ['/terms/agreed_by', 'person_name'],
];

type Place = Field | 'services' | null;

/** Where a fault is to be mended; null where the form has no field for it. */
export function fieldAt(pointer: string, { values }: Filled): Place {
  const field = POINTERS.find(([start]) => pointer.startsWith(start))?.[1] ?? null;
  // Where no other state was chosen, it is the practice's.
  return field === 'credential_state' && !values.credential_state ? 'state' : field;
}

const orderOf = (place: Place) =>
  place === 'services' ? FIELDS.length - 1.5 : (FIELDS as readonly Place[]).indexOf(place);

/** As they stand on the page, each once. */
export const inOrder = (places: readonly Place[]) =>
  [...new Set(places)].sort((a, b) => orderOf(a) - orderOf(b));

const inUnitedStates = (letters: string) => `US-${letters}`;

/** @param kind of credential that the profession requires; undefined where none was chosen */
export function toRegistration({ values, services }: Filled, kind: string | null | undefined): unknown {
  const of = (name: Field) => values[name] ?? '';
  const place = of('credential_state') || of('state');
  return {
    practice: {
      name: of('practice_name'),
      city: of('city'),
      jurisdiction: inUnitedStates(of('state')),
      time_zone: of('time_zone'),
      scope_of_services: of('scope'),
      services: [...services],
      contact_email: of('email'),
      ...(of('phone') === '' ? {} : { contact_phone: of('phone') }),
    },
    professional: { name: of('person_name'), profession: of('profession') },
    credential: {
      kind: kind ?? 'licence',
      title: of('credential_title'),
      issuer: of('issuer'),
      number: of('number'),
      ...(kind === 'licence' ? { jurisdiction: inUnitedStates(place) } : {}),
      expires_on: of('expires_on'),
    },
    terms: { version: TERMS_VERSION, agreed_by: of('person_name') },
  } satisfies { [K in keyof RegistrationRequest]: unknown };
}
