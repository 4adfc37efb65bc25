/**
 * Who may send and receive: a professional with all that their profession requires, verified, begun and unexpired. First
 * the one qualification (a licence, a certification or a membership), then whatever else, such as an insurance.
 */
import { hasBegun, hasLapsed, type Term } from './expiry.ts';
import type { CredentialKind, FurtherKind, QualificationKind } from './professions.ts';

type Judged = Term & {
  readonly status: 'pending' | 'verified' | 'rejected';
  readonly suspended_at: number | null;
};

export interface HeldCredential extends Judged {
  readonly professional_id: string;
  /** The qualification that the professional's profession requires. */
  readonly requires: QualificationKind;
  /** And what it requires beside that. */
  readonly also_requires: readonly FurtherKind[];
  readonly kind: CredentialKind;
  readonly jurisdiction: string | null;
}

/** Verified, and nothing has come between. */
export const counts = (credential: Judged, now: number): boolean =>
  credential.status === 'verified' &&
  credential.suspended_at === null &&
  hasBegun(credential, now) &&
  !hasLapsed(credential, now);

const qualifies = (credential: HeldCredential, now: number): boolean =>
  counts(credential, now) && credential.kind === credential.requires;

/** Whether its holder has what else the profession requires. */
const isComplete = (
  { professional_id, also_requires }: HeldCredential,
  all: readonly HeldCredential[],
  now: number,
) =>
  also_requires.every((kind) =>
    all.some((one) => one.professional_id === professional_id && one.kind === kind && counts(one, now)),
  );

/** A licence for a whole country covers its subdivisions: `US` covers `US-NE`. */
const covers = (licensed: string | null, wanted: string) =>
  licensed === wanted || (licensed !== null && wanted.startsWith(`${licensed}-`));

/** Whether somebody holds what their profession requires first: such a practice may be admitted. */
export const isQualified = (credentials: readonly HeldCredential[], now: number): boolean =>
  credentials.some((one) => qualifies(one, now));

/** The professional through whom a practice sends: the one asked for, or the first who may. Null where nobody may. */
export function findSender(
  credentials: readonly HeldCredential[],
  now: number,
  wantedId?: string,
): string | null {
  const found = credentials.find(
    (one) =>
      (wantedId === undefined || one.professional_id === wantedId) &&
      qualifies(one, now) &&
      isComplete(one, credentials, now),
  );
  return found?.professional_id ?? null;
}

/** Everybody who may take a client from there. */
export const receiversIn = (
  credentials: readonly HeldCredential[],
  now: number,
  clientJurisdiction: string,
): string[] => [
  ...new Set(
    credentials
      .map(({ professional_id }) => findReceiver(credentials, now, clientJurisdiction, professional_id))
      .filter((id) => id !== null),
  ),
];

/** Whether by it its holder takes a client from there on. @param all that are known of the holder */
export const receives = (
  credential: HeldCredential,
  all: readonly HeldCredential[],
  now: number,
  clientJurisdiction: string,
): boolean =>
  qualifies(credential, now) &&
  (credential.requires !== 'licence' || covers(credential.jurisdiction, clientJurisdiction)) &&
  isComplete(credential, all, now);

/** As `findSender`; in a licensed profession the licence must cover the client's jurisdiction. */
export function findReceiver(
  credentials: readonly HeldCredential[],
  now: number,
  clientJurisdiction: string,
  wantedId?: string,
): string | null {
  const found = credentials.find(
    (one) =>
      (wantedId === undefined || one.professional_id === wantedId) &&
      receives(one, credentials, now, clientJurisdiction),
  );
  return found?.professional_id ?? null;
}
