/**
 * The links by which somebody without a key does something: what each is for stands in it, sealed, so that nothing of
 * it is stored. Whoever made it (an endpoint or a key) is named in it, and the link dies with its maker.
 */
import { DAY_MS } from '../durations.ts';
import type { Vault } from './vault.ts';

/** From the event that it came with, so that each attempt of a delivery says the same. */
const LINK_VALID_MS = 30 * DAY_MS;

/** What a link is for, which is also the beginning of its path. */
export const LINK_PATHS = {
  /** Says what came of one referral. */
  callback: '/callback',
  /** Shows one referral and takes the receiver's answer. */
  'referral-page': '/referral',
  /** Shows one practice's report of one month. */
  report: '/report',
  /** Lets a colleague who was invited register, and then get a first key. */
  join: '/join',
  /** Lets a practice say once whether it takes new clients. */
  capacity: '/capacity',
} as const;

export interface ReferralLink {
  readonly referralId: string;
  readonly practiceId: string;
  /** The endpoint or key that it came by. */
  readonly makerId: string;
}

const write = async (purpose: keyof typeof LINK_PATHS, words: string, vault: Vault, origin: string) =>
  `${origin}${LINK_PATHS[purpose]}/${await vault.tokens.seal(purpose, words)}`;

const referralWords = ({ referralId, practiceId, makerId }: ReferralLink, expiresAt: number) =>
  `${referralId} ${practiceId} ${expiresAt} ${makerId}`;

async function openReferralLink(
  purpose: 'callback' | 'referral-page',
  token: string,
  vault: Vault,
  now: number,
): Promise<ReferralLink | null> {
  const words = await vault.tokens.open(purpose, token);
  const [referralId, practiceId, expires, makerId] = words?.split(' ') ?? [];
  if (!referralId || !practiceId || !makerId || Number(expires) <= now) return null;
  return { referralId, practiceId, makerId };
}

/** Until when the links of an event are good. */
export const linkExpiresAt = (occurredAt: number) => occurredAt + LINK_VALID_MS;

export const createCallbackUrl = (link: ReferralLink, expiresAt: number, vault: Vault, origin: string) =>
  write('callback', referralWords(link, expiresAt), vault, origin);

/** Null for every token that leads nowhere (any more), here and below. */
export const openCallback = (token: string, vault: Vault, now: number) =>
  openReferralLink('callback', token, vault, now);

export const createPageUrl = (link: ReferralLink, expiresAt: number, vault: Vault, origin: string) =>
  write('referral-page', referralWords(link, expiresAt), vault, origin);

export const openPageLink = (token: string, vault: Vault, now: number) =>
  openReferralLink('referral-page', token, vault, now);

/** How long the link is good that comes with the event of a month that is over: longer than a month, so that one always is. */
export const READY_SHARE_MS = 40 * DAY_MS;

/** One month of one practice's reports, for whoever has the link. */
export interface ReportLink {
  readonly shareId: string;
  readonly practiceId: string;
  /** `YYYY-MM`. */
  readonly month: string;
  /** In which the practice was when it shared it. */
  readonly timeZone: string;
}

export const createReportUrl = (
  { shareId, practiceId, month, timeZone }: ReportLink,
  expiresAt: number,
  vault: Vault,
  origin: string,
) => write('report', `${shareId} ${practiceId} ${month} ${timeZone} ${expiresAt}`, vault, origin);

export async function openReportLink(token: string, vault: Vault, now: number): Promise<ReportLink | null> {
  const words = await vault.tokens.open('report', token);
  const [shareId, practiceId, month, timeZone, expires] = words?.split(' ') ?? [];
  if (!shareId || !practiceId || !month || !timeZone || Number(expires) <= now) return null;
  return { shareId, practiceId, month, timeZone };
}

/** To an invitation to join: `invited` is the link that the inviter gives away, `registered` the one of who registered. */
export interface JoinLink {
  readonly invitationId: string;
  readonly holder: 'invited' | 'registered';
}

export const createJoinUrl = (
  { invitationId, holder }: JoinLink,
  expiresAt: number,
  vault: Vault,
  origin: string,
) => write('join', `${invitationId} ${holder} ${expiresAt}`, vault, origin);

export async function openJoinLink(token: string, vault: Vault, now: number): Promise<JoinLink | null> {
  const words = await vault.tokens.open('join', token);
  const [invitationId, holder, expires] = words?.split(' ') ?? [];
  if (!invitationId || (holder !== 'invited' && holder !== 'registered') || Number(expires) <= now)
    return null;
  return { invitationId, holder };
}

/** To the page on which a practice says whether it takes new clients, as it was asked then. */
export interface CapacityLink {
  readonly practiceId: string;
  readonly askedAt: number;
  /** The endpoint or key that it came by. */
  readonly makerId: string;
}

/** Good as long as those of other events are: by then another one has come. */
export const createCapacityUrl = (
  { practiceId, askedAt, makerId }: CapacityLink,
  vault: Vault,
  origin: string,
) => write('capacity', `${practiceId} ${askedAt} ${makerId}`, vault, origin);

export async function openCapacityLink(
  token: string,
  vault: Vault,
  now: number,
): Promise<CapacityLink | null> {
  const words = await vault.tokens.open('capacity', token);
  const [practiceId, asked, makerId] = words?.split(' ') ?? [];
  const askedAt = Number(asked);
  if (!practiceId || !makerId || linkExpiresAt(askedAt) <= now) return null;
  return { practiceId, askedAt, makerId };
}
