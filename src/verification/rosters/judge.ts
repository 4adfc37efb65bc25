/** What a roster says of a credential. Pure. */
import type { CASE_KINDS, ROSTER_ACTIONS, ROSTER_STATUSES } from '../../platform/db/schema.ts';
import { namesAgree, wordsOf } from './names.ts';

export interface Claim {
  readonly status: 'pending' | 'verified' | 'rejected';
  readonly suspension_reason: string | null;
  /** The roster, or whoever else. */
  readonly suspended_by: string | null;
  readonly professional_name: string;
  readonly kind: string;
  readonly title: string;
  readonly issuer: string;
  readonly jurisdiction: string | null;
  readonly expires_on: string;
  /** Whether somebody else holds the same one verified. */
  readonly isClaimedTwice: boolean;
}

export interface Listed {
  readonly name: string;
  readonly status: (typeof ROSTER_STATUSES)[number];
  readonly title: string | null;
  readonly expires_on: string | null;
}

export interface BoardRules {
  readonly name: string;
  readonly kind: string;
  readonly title: string | null;
  readonly jurisdiction: string;
  readonly when_lapsed: (typeof ROSTER_ACTIONS)[number];
  readonly when_disciplined: (typeof ROSTER_ACTIONS)[number];
  readonly when_unlisted: (typeof ROSTER_ACTIONS)[number];
}

export interface Difference {
  readonly member: string;
  readonly claimed: string | null;
  readonly listed: string | null;
}

type CaseKind = (typeof CASE_KINDS)[number];

export type Verdict =
  /** @param expiresOn the board’s own last day, where it is a later one */
  | { readonly does: 'verify'; readonly expiresOn: string }
  | {
      readonly does: 'suspend' | 'queue';
      readonly kind: CaseKind;
      readonly differences: readonly Difference[];
    }
  | { readonly does: 'nothing' };

const ACTION = { lapsed: 'when_lapsed', disciplined: 'when_disciplined', unlisted: 'when_unlisted' } as const;

/** A number without what is written differently: case, spaces, hyphens. */
export const numberKeyOf = (number: string): string =>
  number
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The same words in the same order, without regard to case, accents and punctuation. */
const isSaid = (one: string, other: string) => wordsOf(one).join(' ') === wordsOf(other).join(' ');

function differencesOf(claim: Claim, listed: Listed, board: BoardRules): Difference[] {
  const differences: Difference[] = [];
  if (!namesAgree(claim.professional_name, listed.name))
    differences.push({ member: 'name', claimed: claim.professional_name, listed: listed.name });
  const compare = (member: string, claimed: string, said: string | null) => {
    if (said === null || !isSaid(claimed, said)) differences.push({ member, claimed, listed: said });
  };
  compare('kind', claim.kind, board.kind);
  compare('title', claim.title, listed.title ?? board.title);
  compare('issuer', claim.issuer, board.name);
  if (claim.jurisdiction !== null && claim.jurisdiction !== board.jurisdiction)
    differences.push({ member: 'jurisdiction', claimed: claim.jurisdiction, listed: board.jurisdiction });
  if (listed.expires_on !== null && listed.expires_on < claim.expires_on)
    differences.push({ member: 'expires_on', claimed: claim.expires_on, listed: listed.expires_on });
  return differences;
}

/**
 * @param listed null where the board's latest roster does not have the number
 * @param today where the practice is
 */
export function judge(claim: Claim, listed: Listed | null, board: BoardRules, today: string): Verdict {
  // What the operator rejected, a list does not bring back; a claim that is new begins anew.
  if (claim.status === 'rejected') return { does: 'nothing' };
  const differences = listed ? differencesOf(claim, listed, board) : [];
  const expiresOn = listed?.expires_on ?? claim.expires_on;
  const hasEnded = listed !== null && expiresOn < today;
  const fault = !listed
    ? 'unlisted'
    : listed.status !== 'active'
      ? listed.status
      : hasEnded
        ? 'lapsed'
        : null;
  if (fault !== null) {
    const said = listed
      ? [
          {
            member: 'status',
            claimed: 'active',
            listed: hasEnded && listed.status === 'active' ? 'lapsed' : listed.status,
          },
        ]
      : [];
    // Somebody who is not verified yet has nothing that could be suspended.
    const does = claim.status === 'verified' ? board[ACTION[fault]] : 'queue';
    return { does, kind: fault, differences: [...said, ...differences] };
  }
  if (claim.isClaimedTwice) return { does: 'queue', kind: 'claimed_twice', differences };
  if (differences.length > 0) return { does: 'queue', kind: 'disagrees', differences };
  // What a person suspended, or the board disciplined, no list lifts.
  const isLifted =
    claim.suspension_reason === null ||
    (claim.suspended_by?.startsWith('ros_') && claim.suspension_reason !== 'disciplined');
  if (!isLifted) return { does: 'nothing' };
  const isAsItWas =
    claim.status === 'verified' && claim.suspension_reason === null && expiresOn === claim.expires_on;
  return isAsItWas ? { does: 'nothing' } : { does: 'verify', expiresOn };
}
