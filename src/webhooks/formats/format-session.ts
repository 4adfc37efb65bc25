/**
 * A format's short-lived access to its receiver: kept sealed with the endpoint, for all its deliveries. Those that
 * begin while there is none each ask for one; who is refused then finds the one of another at the next attempt.
 */
import type { Vault } from '../../platform/vault/vault.ts';
import { sessionPlace } from '../posting/attempt.ts';
import type { Session } from './format.ts';

interface SessionRow {
  readonly endpoint_id: string;
  readonly sealed_format_session: string | null;
  readonly format_session_until: number | null;
}

export interface OpenSession {
  readonly value: string;
  readonly sealed: string;
  readonly until: number;
}

/** Null where there is none that is still good. One that cannot be opened is as good as none: another can be had. */
export async function openSession(row: SessionRow, vault: Vault, now: number): Promise<OpenSession | null> {
  const { sealed_format_session: sealed, format_session_until: until } = row;
  if (sealed === null || until === null || until <= now) return null;
  try {
    return { value: await vault.openSecret(sealed, sessionPlace(row.endpoint_id)), sealed, until };
  } catch {
    return null;
  }
}

/** @param now when the attempt began: before the receiver began to count */
export const sealSession = async (
  row: SessionRow,
  { value, expires_in_seconds }: Session,
  vault: Vault,
  now: number,
): Promise<OpenSession> => ({
  value,
  sealed: await vault.sealSecret(value, sessionPlace(row.endpoint_id)),
  until: now + expires_in_seconds * 1000,
});
