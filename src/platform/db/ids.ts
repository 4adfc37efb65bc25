/** Typed ids that sort by time (TypeID, a prefixed UUIDv7): `ref_01h455vb4pex5vsknk084sn02q`. */
import { fromString, fromUUID, toUUID, typeidUnboxed } from 'typeid-js';

export const ID_PREFIXES = {
  practice: 'prc',
  professional: 'pro',
  credential: 'crd',
  board: 'brd',
  roster: 'ros',
  verification_case: 'vcs',
  credential_decision: 'cdn',
  key: 'key',
  operator_act: 'opa',
  partnership: 'prt',
  join_invitation: 'inv',
  joint_event: 'jev',
  consent: 'con',
  consent_request: 'crq',
  referral: 'ref',
  choice: 'cho',
  prepared_referral: 'prf',
  message: 'msg',
  plan_item: 'pli',
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
  return typeidUnboxed(ID_PREFIXES[kind]);
}

/** A delivery is named after its endpoint and its event: what follows the endpoint's own part is the event's position. */
const POSITION = '[0-9a-f]{13}';

export function idPattern(kind: IdKind): RegExp {
  return new RegExp(
    `^${ID_PREFIXES[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}${kind === 'delivery' ? POSITION : ''}$`,
  );
}

/** The one consent of a referral is named after it. */
export const consentIdOf = (referralId: string) =>
  `${ID_PREFIXES.consent}${referralId.slice(ID_PREFIXES.referral.length)}`;

/** By which the row of a delivery is found. What is no id of one finds none. */
export function placeOfDelivery(deliveryId: string): {
  readonly endpointId: string;
  readonly position: number;
} {
  if (!idPattern('delivery').test(deliveryId)) return { endpointId: '', position: -1 };
  const start = ID_PREFIXES.delivery.length + 1;
  const end = deliveryId.length - 13;
  return {
    endpointId: `${ID_PREFIXES.endpoint}_${deliveryId.slice(start, end)}`,
    position: Number.parseInt(deliveryId.slice(end), 16),
  };
}

/** The UUID that the id is without its kind. */
export const uuidOf = (id: string): string => toUUID(fromString(id));

/** The id of that kind which is the UUID, in whichever case its letters are. */
export const idOfUuid = (kind: IdKind, uuid: string): string => fromUUID(uuid, ID_PREFIXES[kind]);

export const UUID_PATTERN = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

const toUuid = (at: number, rest: string) => {
  const hex = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${rest}`;
};

/** One that says that it was made at that time. */
export const newIdAt = (kind: IdKind, at: number): string =>
  fromUUID(toUuid(at, crypto.randomUUID().slice(14).replace(/^4/, '7')), ID_PREFIXES[kind]);

/** No id that was made at that time or later sorts before it. */
export const lowestId = (kind: IdKind, at: number): string =>
  fromUUID(toUuid(at, '7000-8000-000000000000'), ID_PREFIXES[kind]);

/** When the id was made, in milliseconds since the epoch: a UUIDv7 begins with it (RFC 9562, 5.7). Null of what is none. */
export const timeOf = (kind: IdKind, id: string): number | null =>
  idPattern(kind).test(id) ? Number.parseInt(uuidOf(id).replaceAll('-', '').slice(0, 12), 16) : null;
