/**
 * The link by which the receiver of one referral says what came of it, without a key. Nothing of it is stored: what
 * it is for stands in it, sealed. It ends a fixed time after the event it came with, so that each attempt of a
 * delivery says the same.
 */
import type { Vault } from '../vault/vault.ts';

const LINK_MS = 30 * 86_400_000;
const PURPOSE = 'callback';

export interface CallbackTarget {
  readonly referralId: string;
  readonly practiceId: string;
}

export async function createCallbackUrl(
  { referralId, practiceId }: CallbackTarget,
  occurredAt: number,
  vault: Vault,
  origin: string,
): Promise<string> {
  const words = `${referralId} ${practiceId} ${occurredAt + LINK_MS}`;
  return `${origin}/callback/${await vault.sealToken(PURPOSE, words)}`;
}

/** Null for every token that leads nowhere (any more). */
export async function openCallback(token: string, vault: Vault, now: number): Promise<CallbackTarget | null> {
  const words = await vault.openToken(PURPOSE, token);
  const [referralId, practiceId, expires] = words?.split(' ') ?? [];
  return referralId && practiceId && Number(expires) > now ? { referralId, practiceId } : null;
}
