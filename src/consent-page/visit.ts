/**
 * Everything that stands behind a link, read in one batch; and who is who, as the page says it. The sender can open it
 * too, so nothing of the receiver is shown that the sender may not see (docs/decisions/012): of the row `sender_*` only.
 */

import { type ConsentRow, selectConsent } from '../consents/consents.repository.ts';
import { hashLinkToken, openPurposes } from '../consents/link.ts';
import {
  type ConsentRequestRow,
  referralOfToken,
  selectRequestByToken,
} from '../consents/requests.repository.ts';
import type { Database } from '../db/database.ts';
import { type Language, writeDay } from '../pages/language.ts';
import type { PracticeRow, ProfessionalRow } from '../practices/practices.repository.ts';
import {
  selectCredentialsOfPage,
  selectPractice,
  selectProfessionals,
} from '../practices/practices.repository.ts';
import {
  type DisclosureRow,
  selectShownDisclosures,
  selectShownUntil,
} from '../privacy/disclosures.repository.ts';
import { type GateRows, selectGate } from '../referrals/gate.ts';
import {
  type ClientRecordRow,
  idNamedBy,
  type NamedReferralRow,
  selectClientRecord,
  selectReferral,
} from '../referrals/referrals.repository.ts';
import type { Vault } from '../vault/vault.ts';
import type { CredentialRow } from '../verification/credentials.repository.ts';
import { hasLapsed } from '../verification/eligibility.ts';
import { PROFESSIONS, type Profession } from '../verification/professions.ts';
import type { ConsentFacts } from './words.ts';

const PROFESSIONALS_SHOWN_MAX = 10;
/** How many of the latest disclosures the page shows. */
const DISCLOSURES_SHOWN_MAX = 200;
const DAY_MS = 86_400_000;

export interface Visit {
  readonly request: ConsentRequestRow;
  readonly purposes: readonly string[];
  readonly row: NamedReferralRow;
  readonly consent: ConsentRow | undefined;
  readonly record: ClientRecordRow | undefined;
  readonly disclosures: readonly DisclosureRow[];
  /** The moment with which the list of disclosures ends; null where it is whole. */
  readonly disclosuresUntil: number | null;
  readonly sender: PracticeRow;
  readonly receiver: PracticeRow;
  readonly professionals: readonly ProfessionalRow[];
  readonly credentials: readonly CredentialRow[];
  readonly gate: GateRows;
}

/** Null for every token that leads nowhere (any more): the same look-up, whatever is wrong with it. */
export async function readVisit(
  database: Database,
  vault: Vault,
  token: string,
  now: number,
): Promise<Visit | null> {
  const { query } = database;
  const tokenHash = await hashLinkToken(token);
  const referralId = referralOfToken(tokenHash);
  const receiverId = idNamedBy(referralId, 'receiver_practice_id');
  const [
    [request],
    [row],
    [consent],
    [record],
    disclosures,
    [shown],
    [sender],
    professionals,
    credentials,
    [partnership],
    ,
    [receiver],
    senderCredentials,
    receiverCredentials,
  ] = await database.batch([
    selectRequestByToken(query, tokenHash),
    selectReferral(query, referralId),
    selectConsent(query, referralId),
    selectClientRecord(query, referralId),
    selectShownDisclosures(query, referralId, 'sender', now, DISCLOSURES_SHOWN_MAX),
    selectShownUntil(query, referralId, 'sender', now),
    selectPractice(query, idNamedBy(referralId, 'sender_practice_id')),
    selectProfessionals(query, receiverId, '', PROFESSIONALS_SHOWN_MAX),
    selectCredentialsOfPage(query, receiverId, '', PROFESSIONALS_SHOWN_MAX),
    ...selectGate(query, referralId),
  ]);
  if (!request || !row || !sender || !receiver || !record) return null;
  const isOpen = row.sender_state !== 'awaiting_consent' || request.expires_at > now;
  if (!isOpen) return null;
  const gate = { partnership, sender, receiver, senderCredentials, receiverCredentials };
  const purposes = await openPurposes(request, await vault.openReferralVault(row.id, record));
  return {
    request,
    purposes,
    row,
    consent,
    record,
    disclosures,
    disclosuresUntil: shown?.shown_until ?? null,
    sender,
    receiver,
    professionals,
    credentials,
    gate,
  };
}

function describeCredentials({ professionals, credentials }: Visit, now: number): string[] {
  return professionals.flatMap((person) => {
    const held = credentials.find(
      (one) => one.professional_id === person.id && one.status === 'verified' && !hasLapsed(one, now),
    );
    if (!held) return [];
    const where = held.jurisdiction ? `, ${held.jurisdiction}` : '';
    return [
      `${person.name}, ${PROFESSIONS[person.profession as Profession].title} (${held.title}, ${held.issuer}${where})`,
    ];
  });
}

export const consentEnd = ({ request }: Visit, now: number) => now + request.valid_days * DAY_MS;

export function factsOf(visit: Visit, language: Language, now: number): ConsentFacts {
  return {
    sender: visit.sender.name,
    senderCity: visit.sender.city,
    receiver: visit.receiver.name,
    receiverCity: visit.receiver.city,
    credentials: describeCredentials(visit, now),
    purposes: visit.purposes,
    validUntil: writeDay(visit.consent?.expires_at ?? consentEnd(visit, now), language),
    atOnce: visit.row.disclose === 'on_send',
    part2: visit.request.part2,
  };
}
