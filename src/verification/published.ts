/** What others are told of a professional's credentials. */
import { hasBegun, hasLapsed, shownEnd, type Term } from './expiry.ts';
import { type CredentialKind, isQualification } from './professions.ts';

interface Verified extends Term {
  readonly kind: CredentialKind;
  readonly title: string;
  readonly issuer: string;
  readonly jurisdiction: string | null;
}

/** Without numbers, and of an insurance without the insurer: that it is there, and until when. */
const publish = ({ kind, title, issuer, jurisdiction, ...term }: Verified) => ({
  kind,
  title,
  issuer: kind === 'insurance' ? null : issuer,
  jurisdiction,
  expires_on: shownEnd(term),
});

/**
 * @param verified those of one professional that are verified and not suspended
 * @returns those that count now, as they are told; none without a licence, certification or membership among them
 */
export function publishedOf<T extends Verified>(verified: readonly T[], now: number) {
  const counting = verified.filter((one) => hasBegun(one, now) && !hasLapsed(one, now));
  return counting.some(({ kind }) => isQualification(kind))
    ? counting.map((one) => ({ of: one, published: publish(one) }))
    : [];
}
