/** Everything about one referral: read in one batch, shown to one side. */
import { selectConsent } from '../consents/consents.repository.ts';
import { selectOpenRequest } from '../consents/requests.repository.ts';
import type { Query } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { notFound } from '../http/problem.ts';
import { toETag } from '../http/versions.ts';
import {
  discloseToReceiver,
  selectClientRecord,
  selectContacts,
  selectMessages,
  selectReferral,
} from './referrals.repository.ts';
import { presentReferral, type ReferralFile, type Side, sideOf } from './referrals.view.ts';

export const selectFile = (query: Query, referralId: string) =>
  [
    selectReferral(query, referralId),
    selectConsent(query, referralId),
    selectClientRecord(query, referralId),
    selectMessages(query, referralId),
    selectContacts(query, referralId),
    selectOpenRequest(query, referralId),
  ] as const;

/** Logs what leaves to the caller and says what that is; nothing where the caller is not the receiver. */
export const disclose = (
  { exchange: { database, now }, actor }: OperationRequest<unknown, unknown>,
  referralId: string,
) =>
  discloseToReceiver(database.query, {
    id: newId('disclosure'),
    referralId,
    practiceId: actor.practice_id ?? '',
    way: 'api',
    keyId: actor.key_id,
    now,
  });

/** The categories that `disclose` let out. */
export function disclosedIn(rows: readonly { disclosed: string }[]): string[] {
  return rows[0] ? (JSON.parse(rows[0].disclosed) as string[]) : [];
}

export async function showReferral(
  { exchange: { vault, now } }: OperationRequest<unknown, unknown>,
  file: ReferralFile,
  side: Side,
  disclosed: readonly string[],
  consentUrl: string | null = null,
): Promise<Omit<Reply, 'status'>> {
  const body = await presentReferral(file, side, disclosed, vault, now, consentUrl);
  return { body, headers: { ETag: toETag(body.version) } };
}

export async function readReferral(
  request: OperationRequest<unknown, unknown>,
  referralId: string,
): Promise<Reply> {
  const { database } = request.exchange;
  const [[row], [consent], [record], messages, contacts, [opened], disclosed = []] = await database.batch([
    ...selectFile(database.query, referralId),
    ...(request.isHead ? [] : [disclose(request, referralId)]),
  ] as const);
  const side = row && sideOf(row, request.actor.practice_id);
  if (!row || !side) throw notFound();
  const file = { row, consent, request: opened, record, messages, contacts };
  return { status: 200, ...(await showReferral(request, file, side, disclosedIn(disclosed))) };
}
