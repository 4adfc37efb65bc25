/** Who stands before the page: the link they came by, whether they gave the name, and from where they come. */
import { hashLinkToken } from '../../consents/link.ts';
import { type Place, waitsUntil } from '../../consents/name-tries.ts';
import type { ConsentRequestRow } from '../../consents/requests.repository.ts';
import { vaultOf } from '../../http/mount.ts';
import { addressOf } from '../../http/rate.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import type { NameTry } from '../../platform/db/schema.ts';
import type { Page } from '../kit/page.tsx';
import { beginSession, readSession } from '../kit/session.ts';
import type { Visit } from './visit.ts';

/** The page and the link: of one practice, or of a choice. */
export const baseOf = (c: Page) =>
  `/${c.req.path.split('/')[1]}/${encodeURIComponent(c.req.param('token') ?? '')}`;

/** What every page behind a client's link has. */
export interface Asked {
  readonly request: ConsentRequestRow;
}

export interface Visitor<V extends Asked = Visit> {
  readonly visit: V;
  readonly now: number;
  /** The proof that the last name was confirmed, else empty. */
  readonly session: string;
  /** Whose tries theirs are counted with. */
  readonly place: Place;
}

export const tokenHashOf = (c: Page) => hashLinkToken(c.req.param('token') ?? '');

/** Nobody reads an address in it, nor that two links were opened from one. */
async function placeOf(c: Page, requestId: string, { vault, now }: Exchange): Promise<Place> {
  const browser = await readSession(c, 'consent-browser', requestId, vault, now);
  const mac = await vault.blindIndex('consent-place', requestId, browser || addressOf(c));
  return `${browser ? 'known' : 'from'}:${mac.slice(0, 16)}`;
}

/** Who came to what stands behind the link; null where nothing does. */
export async function greet<V extends Asked>(
  c: Page,
  visit: V | null,
  exchange: Exchange,
): Promise<Visitor<V> | null> {
  const { vault, now } = exchange;
  if (!visit) return null;
  const { id } = visit.request;
  const session = await readSession(c, 'consent', id, vault, now);
  return { visit, now, session, place: await placeOf(c, id, exchange) };
}

/** The name was right: they see the page for a while, and nobody else's wrong names keep them out later. */
export async function beginVisit(c: Page, { visit, now }: Visitor<Asked>): Promise<void> {
  for (const purpose of ['consent', 'consent-browser'] as const)
    await beginSession(c, purpose, visit.request.id, baseOf(c), vaultOf(c.env), now);
}

/** Until when they may give no name; null where they may, or have given it. */
export const waitOf = (
  { visit, session, place, now }: Visitor<Asked>,
  tries: readonly NameTry[] = visit.request.name_tries,
) => (session === '' ? waitsUntil(tries, place, now) : null);

/** The name form is before the session, the other forms are bound to it. */
export const formTokenOf = (c: Page, { visit, session }: Visitor<Asked>) =>
  vaultOf(c.env).tokens.sign('consent-form', visit.request.id, session);

export const isFormOf =
  (c: Page, { visit, session }: Visitor<Asked>) =>
  (token: string) =>
    vaultOf(c.env).tokens.isSigned(token, 'consent-form', visit.request.id, session);
