/** Who stands before the page: the link they came by, and whether they gave the name. */
import { NAMES_TRIED_MAX } from '../consents/requests.repository.ts';
import { vaultOf } from '../http/mount.ts';
import type { Page } from '../pages/page.tsx';
import { beginSession, readSession } from '../pages/session.ts';
import { readVisit, type Visit } from './visit.ts';

export const baseOf = (c: Page) => `/consent/${encodeURIComponent(c.req.param('token') ?? '')}`;

export interface Visitor {
  readonly visit: Visit;
  readonly now: number;
  /** The proof that the last name was confirmed, else empty. */
  readonly session: string;
}

export async function readVisitor(c: Page): Promise<Visitor | null> {
  const now = Date.now();
  const visit = await readVisit(c.var.database, vaultOf(c.env), c.req.param('token') ?? '', now);
  if (!visit) return null;
  return { visit, now, session: await readSession(c, 'consent', visit.request.id, vaultOf(c.env), now) };
}

export const beginVisit = (c: Page, { visit, now }: Visitor) =>
  beginSession(c, 'consent', visit.request.id, baseOf(c), vaultOf(c.env), now);

export const isLocked = ({ visit, session }: Visitor) =>
  visit.request.names_tried >= NAMES_TRIED_MAX && session === '';

/** The name form is before the session, the other forms are bound to it. */
export const formTokenOf = (c: Page, { visit, session }: Visitor) =>
  vaultOf(c.env).mac('consent-form', visit.request.id, session);
