/** Who may send and receive: a professional whose credential is verified, unexpired and the one their profession needs. */
import { type Ending, hasLapsed } from './expiry.ts';
import type { CredentialKind } from './professions.ts';

export interface HeldCredential extends Ending {
  readonly professional_id: string;
  /** What the professional's profession requires. */
  readonly requires: CredentialKind;
  readonly kind: CredentialKind;
  readonly status: 'pending' | 'verified' | 'rejected';
  readonly suspended_at: number | null;
  readonly jurisdiction: string | null;
}

/** Verified, and nothing has come between. */
export const counts = (
  credential: Ending & Pick<HeldCredential, 'status' | 'suspended_at'>,
  now: number,
): boolean =>
  credential.status === 'verified' && credential.suspended_at === null && !hasLapsed(credential, now);

const qualifies = (credential: HeldCredential, now: number): boolean =>
  counts(credential, now) && credential.kind === credential.requires;

/** A licence for a whole country covers its subdivisions: `US` covers `US-NE`. */
const covers = (licensed: string | null, wanted: string) =>
  licensed === wanted || (licensed !== null && wanted.startsWith(`${licensed}-`));

/** The professional through whom a practice sends: the one asked for, or the first who may. Null where nobody may. */
export function findSender(
  credentials: readonly HeldCredential[],
  now: number,
  wantedId?: string,
): string | null {
  const found = credentials.find(
    (one) => (wantedId === undefined || one.professional_id === wantedId) && qualifies(one, now),
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

/** Whether it lets its holder take a client from there on. */
export const receives = (credential: HeldCredential, now: number, clientJurisdiction: string): boolean =>
  qualifies(credential, now) &&
  (credential.requires !== 'licence' || covers(credential.jurisdiction, clientJurisdiction));

/** As `findSender`; in a licensed profession the licence must cover the client's jurisdiction. */
export function findReceiver(
  credentials: readonly HeldCredential[],
  now: number,
  clientJurisdiction: string,
  wantedId?: string,
): string | null {
  const found = credentials.find(
    (one) =>
      (wantedId === undefined || one.professional_id === wantedId) && receives(one, now, clientJurisdiction),
  );
  return found?.professional_id ?? null;
}
