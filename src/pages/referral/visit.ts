/** What stands behind a link of a receiver, and what this visitor may see and do. */

import { outcomesIn } from '../../callbacks/act.ts';
import { readTarget } from '../../callbacks/target.ts';
import { selectLabels } from '../../catalog/catalog.repository.ts';
import type { Label } from '../../catalog/labels.ts';
import { exchangeOf } from '../../http/mount.ts';
import type { Exchange } from '../../http/operation.ts';
import { isMakerGood } from '../../platform/access/makers.ts';
import { many, one } from '../../platform/db/plan.ts';
import { LINK_PATHS, openCallback, openPageLink, type ReferralLink } from '../../platform/vault/links.ts';
import { selectProfessionals, selectTimeZone } from '../../practices/practices.repository.ts';
import { discloseToReceiver } from '../../referrals/disclosure.repository.ts';
import { disclosedIn, filePlan, openFile } from '../../referrals/file.ts';
import type { Move } from '../../referrals/lifecycle.ts';
import { OUTCOME_MOVES } from '../../referrals/outcomes.ts';
import { selectPlanItems } from '../../referrals/plan/plan.repository.ts';
import { isReadable, type PlanItem, presentItem } from '../../referrals/plan/plan.ts';
import { type SenderDesk, selectSenderDesk } from '../../referrals/referrals.repository.ts';
import { presentReferral, type presentSummary } from '../../referrals/referrals.view.ts';
import { selectHeldCredentials } from '../../verification/credentials.repository.ts';
import { receiversIn } from '../../verification/eligibility.ts';
import type { Page } from '../kit/page.tsx';
import { readSession } from '../kit/session.ts';
import { selectLinkGood, withheldOf } from './referral-page.repository.ts';

/** Which link was opened: a callback only reports, a page also shows the client. */
export type LinkKind = 'callback' | 'page';
type Whole = Awaited<ReturnType<typeof presentReferral>>;

export interface Visit {
  readonly kind: LinkKind;
  readonly link: ReferralLink;
  /** The address of the link. */
  readonly base: string;
  readonly exchange: Exchange;
  readonly referral: ReturnType<typeof presentSummary>;
  /** With what the client allows; null behind a callback. */
  readonly whole: Whole | null;
  /** What is to be done for the client, as far as it is shown. */
  readonly plan: readonly PlanItem[];
  /** Whether the details were asked for; a GET alone, as mail scanners make it, shows none. */
  readonly isOpened: boolean;
  /** Whether there are details to ask for. */
  readonly canOpen: boolean;
  /** The practice's own (IANA). */
  readonly timeZone: string;
  readonly senderDesk: SenderDesk | null;
  /** What the referral's service and reason are called. */
  readonly labels: readonly Label[];
  /** Who of the practice may take the client; none where that is not chosen here. */
  readonly takers: readonly { readonly id: string; readonly name: string }[];
  /** Who took the client. */
  readonly takenBy: string | null;
  readonly moves: readonly Move[];
  readonly isSuspended: boolean;
  /** What is not offered because the practice is suspended. */
  readonly barredMoves: readonly Move[];
  readonly formToken: string;
}

/** How many of the practice's professionals the page lets choose from. */
const TAKERS_MAX = 50;

const PATHS = { callback: LINK_PATHS.callback, page: LINK_PATHS['referral-page'] } as const;
export const tokenOf = (c: Page) => c.req.param('token') ?? '';
export const baseOf = (c: Page, kind: LinkKind) => `${PATHS[kind]}/${encodeURIComponent(tokenOf(c))}`;
const formTokenOf = (c: Page, { vault }: Exchange) => vault.tokens.sign('receiver-form', tokenOf(c));
export const isFormOf =
  (c: Page, { exchange: { vault } }: Visit) =>
  (token: string) =>
    vault.tokens.isSigned(token, 'receiver-form', tokenOf(c));

async function readCallback(c: Page, exchange: Exchange): Promise<Visit | null> {
  const link = await openCallback(tokenOf(c), exchange.vault, exchange.now);
  const target = link && (await readTarget(link, exchange));
  if (!target) return null;
  const { referral, settings } = target;
  // Where a CRM has to prove who it is, whoever holds the link alone may not answer for it.
  const outcomes = settings.caller === null ? outcomesIn(referral.allowed_moves) : [];
  return {
    kind: 'callback',
    link: target.link,
    base: baseOf(c, 'callback'),
    exchange,
    referral,
    whole: null,
    plan: [],
    isOpened: false,
    canOpen: false,
    timeZone: target.timeZone,
    senderDesk: target.senderDesk,
    labels: target.labels,
    takers: [],
    takenBy: null,
    moves: outcomes.map((outcome) => OUTCOME_MOVES[outcome].move),
    isSuspended: target.isSuspended,
    barredMoves: target.barredMoves,
    formToken: await formTokenOf(c, exchange),
  };
}

/** A program that looks ahead for its user: nobody sees what it gets. */
const isPrefetch = (c: Page) =>
  c.req.method === 'HEAD' || (c.req.header('Sec-Purpose') ?? '').includes('prefetch');

/** What is behind the button: the client, or what was written about it. */
function canOpen({ client_withheld, disclose, messages, contacts }: Whole, hasPlan: boolean): boolean {
  const isAllowed =
    client_withheld === 'withheld_categories' ||
    (client_withheld === 'not_accepted' && disclose === 'on_send');
  return isAllowed || hasPlan || messages.length > 0 || contacts.length > 0;
}

async function readPage(c: Page, exchange: Exchange, shows: boolean): Promise<Visit | null> {
  const { database, vault, now } = exchange;
  const { query } = database;
  const link = await openPageLink(tokenOf(c), vault, now);
  if (!link) return null;
  const { referralId, practiceId, makerId } = link;
  const isOpened =
    shows && !isPrefetch(c) && (await readSession(c, 'referral-page', tokenOf(c), vault, now)) !== '';
  const disclosure = {
    referralId,
    practiceId,
    way: 'page',
    makerId,
    isGood: isMakerGood(makerId, practiceId, now),
    withheld: withheldOf(makerId),
    now,
  } as const;
  const { known, practice, desk, labels, people, held, rows, items, ...found } = await database.read({
    known: one(selectLinkGood(query, makerId, practiceId, now)),
    practice: one(selectTimeZone(query, practiceId)),
    desk: one(selectSenderDesk(query, referralId)),
    labels: many(selectLabels(query, referralId)),
    people: many(selectProfessionals(query, practiceId, '', TAKERS_MAX)),
    held: many(selectHeldCredentials(query, practiceId)),
    rows: filePlan(query, referralId, practiceId),
    items: many(selectPlanItems(query, referralId)),
    disclosed: isOpened ? one(discloseToReceiver(query, disclosure)) : undefined,
    planDisclosed: isOpened ? one(discloseToReceiver(query, { ...disclosure, shows: 'plan' })) : undefined,
  });
  const file = openFile(rows, practiceId, now);
  if (!known?.good || file?.told.side !== 'receiver') return null;
  const eligible = receiversIn(held, now, file.told.client_jurisdiction);
  const disclosed = [...disclosedIn(found.disclosed), ...disclosedIn(found.planDisclosed)];
  const whole = await presentReferral(file, disclosed, vault, now);
  const opened = isOpened && file.record ? await vault.openReferralVault(referralId, file.record) : null;
  const shown = items.filter((item) => isReadable(file, item, disclosed.includes('plan'), now));
  return {
    kind: 'page',
    link,
    base: baseOf(c, 'page'),
    exchange,
    referral: whole,
    whole,
    plan: opened ? await Promise.all(shown.map((item) => presentItem(item, opened))) : [],
    isOpened,
    canOpen: !isOpened && canOpen(whole, items.length > 0),
    timeZone: practice?.time_zone ?? 'UTC',
    senderDesk: desk ?? null,
    labels,
    takers: people.filter(({ id }) => eligible.includes(id)),
    takenBy: people.find(({ id }) => id === whole.receiver.professional_id)?.name ?? null,
    moves: whole.allowed_moves,
    isSuspended: file.told.isSuspended,
    barredMoves: file.told.barredMoves,
    formToken: await formTokenOf(c, exchange),
  };
}

/**
 * Null for every link that leads nowhere (any more).
 * @param shows whether the visitor is shown what is read: only then it is disclosed
 */
export const readVisit = (c: Page, kind: LinkKind, shows: boolean): Promise<Visit | null> =>
  kind === 'callback' ? readCallback(c, exchangeOf(c)) : readPage(c, exchangeOf(c), shows);
