/** Typed ids that sort by time (TypeID, a prefixed UUIDv7): `ref_01h455vb4pex5vsknk084sn02q`. */
import { TypeID, typeid } from 'typeid-js';

export const ID_PREFIXES = {
  practice: 'prc',
  professional: 'pro',
  credential: 'crd',
  key: 'key',
  operator_act: 'opa',
  partnership: 'prt',
  consent: 'con',
  consent_request: 'crq',
  referral: 'ref',
  message: 'msg',
  contact: 'ctc',
  disclosure: 'dsc',
  event: 'evt',
  endpoint: 'wep',
  delivery: 'dlv',
  replay: 'rpl',
  report_share: 'shr',
  request: 'req',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

export function newId(kind: IdKind): string {
  return typeid(ID_PREFIXES[kind]).toString();
}

export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);
}

/** No id that was made at that time or later sorts before it. */
export function lowestId(kind: IdKind, at: number): string {
  const hex = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0');
  return TypeID.fromUUID(
    ID_PREFIXES[kind],
    `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`,
  ).toString();
}

/** The UUID that the id is without its kind. */
export const uuidOf = (id: string): string => TypeID.fromString(id).toUUID();
