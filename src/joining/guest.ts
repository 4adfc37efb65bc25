/** Who stands before a link to join: whoever was invited, or whoever has registered. */
import type { Exchange } from '../ledger/exchange.ts';
import { one } from '../platform/db/plan.ts';
import { createJoinUrl, type JoinLink, openJoinLink } from '../platform/vault/links.ts';
import { type GuestRow, selectGuest } from './joining.repository.ts';
import { REGISTERED_LINK_MS } from './state.ts';

export interface Guest {
  readonly link: JoinLink;
  readonly row: GuestRow;
}

/** Whether somebody may register by it now. */
const isOpen = (row: GuestRow, now: number) =>
  row.registered_at === null &&
  row.revoked_at === null &&
  row.expires_at > now &&
  row.inviter_status === 'active' &&
  row.is_key_good === 1;

export const guestPlan = ({ database, now }: Exchange, { invitationId }: JoinLink) =>
  one(selectGuest(database.query, invitationId, now));

/**
 * Null for every link that leads nowhere (any more). Once somebody has registered, the link of the invitation, which its
 * inviter knows, leads no further than to those words: what comes then is behind the link of who registered.
 */
export function toGuest(link: JoinLink, row: GuestRow | undefined, now: number): Guest | null {
  if (!row) return null;
  if (link.holder === 'registered') return row.registered_at === null ? null : { link, row };
  return isOpen(row, now) || row.registered_at !== null ? { link, row } : null;
}

/** One call of D1. */
export async function readGuest(token: string, exchange: Exchange): Promise<Guest | null> {
  const link = await openJoinLink(token, exchange.vault, exchange.now);
  if (!link) return null;
  const { row } = await exchange.database.read({ row: guestPlan(exchange, link) });
  return toGuest(link, row, exchange.now);
}

/** The link that the inviter gives away. */
export const invitedUrl = (
  row: { readonly id: string; readonly expires_at: number },
  { vault, settings }: Pick<Exchange, 'vault' | 'settings'>,
) => createJoinUrl({ invitationId: row.id, holder: 'invited' }, row.expires_at, vault, settings.publicOrigin);

/** The link of who registered: nobody else is told it, the inviter neither. */
export const registeredUrl = (
  row: { readonly id: string; readonly registered_at: number | null },
  { vault, settings }: Pick<Exchange, 'vault' | 'settings'>,
) =>
  createJoinUrl(
    { invitationId: row.id, holder: 'registered' },
    (row.registered_at ?? 0) + REGISTERED_LINK_MS,
    vault,
    settings.publicOrigin,
  );
