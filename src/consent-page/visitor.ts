/** Who stands before the page: the link they came by, and whether they gave the name. */
import { hashLinkToken } from '../consents/link.ts';
import { NAMES_TRIED_MAX } from '../consents/requests.repository.ts';
import { exchangeOf, vaultOf } from '../http/mount.ts';
import type { Exchange } from '../ledger/exchange.ts';
import type { Page } from '../pages/page.tsx';
import { beginSession, readSession } from '../pages/session.ts';
import { toVisit, type Visit, type VisitRows, visitPlan } from './visit.ts';

export const baseOf = (c: Page) => `/consent/${encodeURIComponent(c.req.param('token') ?? '')}`;

export interface Visitor {
  readonly visit: Visit;
  readonly now: number;
  /** The proof that the last name was confirmed, else empty. */
  readonly session: string;
}

export const tokenHashOf = (c: Page) => hashLinkToken(c.req.param('token') ?? '');

export async function toVisitor(c: Page, rows: VisitRows, exchange: Exchange): Promise<Visitor | null> {
  const { vault, now } = exchange;
  const visit = await toVisit(rows, exchange);
  return visit && { visit, now, session: await readSession(c, 'consent', visit.request.id, vault, now) };
}

export async function readVisitor(c: Page): Promise<Visitor | null> {
  const exchange = exchangeOf(c);
  return toVisitor(c, await exchange.database.read(visitPlan(exchange, await tokenHashOf(c))), exchange);
}

export const beginVisit = (c: Page, { visit, now }: Visitor) =>
  beginSession(c, 'consent', visit.request.id, baseOf(c), vaultOf(c.env), now);

export const isLocked = ({ visit, session }: Visitor) =>
  visit.request.names_tried >= NAMES_TRIED_MAX && session === '';

/** The name form is before the session, the other forms are bound to it. */
export const formTokenOf = (c: Page, { visit, session }: Visitor) =>
  vaultOf(c.env).mac('consent-form', visit.request.id, session);
