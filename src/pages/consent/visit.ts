/**
 * Everything that stands behind a link, read in one batch; and who is who, as the page says it. The sender can open it
 * too, so nothing of the receiver is shown that the sender may not see (docs/decisions/012).
 */
import type { SQL } from 'drizzle-orm';
import { selectLabels } from '../../catalog/catalog.repository.ts';
import { type Label, sayPurposes } from '../../catalog/labels.ts';
import { type ConsentRow, selectConsent } from '../../consents/consents.repository.ts';
import { allowsFeedback, CONSENT_DAYS_MAX } from '../../consents/consents.schemas.ts';
import { openPurposes } from '../../consents/link.ts';
import {
  type ConsentRequestRow,
  referralOfToken,
  selectRequestByToken,
} from '../../consents/requests.repository.ts';
import type { Settings } from '../../env.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { dayIn, daysAfter, startOfDay } from '../../platform/days.ts';
import { type Found, many, one } from '../../platform/db/plan.ts';
import { DAY_MS } from '../../platform/durations.ts';
import { nameJurisdiction, namePlace, writeDay } from '../../platform/labels.ts';
import type { PracticeRow, ProfessionalRow } from '../../practices/practices.repository.ts';
import { selectCredentialsOfPage, selectProfessionals } from '../../practices/practices.repository.ts';
import {
  type DisclosureRow,
  selectShownDisclosures,
  selectShownUntil,
} from '../../privacy/disclosures.repository.ts';
import { type GateRows, gatePlan } from '../../referrals/gate.ts';
import {
  type ClientRecordRow,
  idNamedBy,
  selectClientRecord,
  selectReferral,
} from '../../referrals/referrals.repository.ts';
import { type ToldReferral, toldTo } from '../../referrals/told.ts';
import type { TrueReferral } from '../../referrals/truth.ts';
import type { CredentialRow } from '../../verification/credentials.repository.ts';
import { counts, findReceiver, receives } from '../../verification/eligibility.ts';
import { isQualification, type QualificationKind } from '../../verification/professions.ts';
import type { Language } from '../kit/language.ts';
import { WORDS } from './words.ts';
import type { ConsentFacts, Party } from './words.types.ts';

const PROFESSIONALS_SHOWN_MAX = 10;
/** How many of the latest disclosures the page shows. */
const DISCLOSURES_SHOWN_MAX = 200;

export interface Visit {
  readonly request: ConsentRequestRow;
  readonly purposes: readonly string[];
  readonly referral: TrueReferral;
  readonly told: ToldReferral;
  readonly consent: ConsentRow | undefined;
  readonly record: ClientRecordRow;
  readonly disclosures: readonly DisclosureRow[];
  /** The moment with which the list of disclosures ends; null where it is whole. */
  readonly disclosuresUntil: number | null;
  readonly sender: PracticeRow;
  readonly receiver: PracticeRow;
  readonly professionals: readonly ProfessionalRow[];
  readonly credentials: readonly CredentialRow[];
  /** What the referral's service and reason are called. */
  readonly labels: readonly Label[];
  readonly gate: GateRows;
  readonly settings: Pick<Settings, 'operator' | 'crisisLine'>;
}

/** What stands behind one referral. @param referralId a subquery that gives its id */
export function behindPlan({ database: { query }, now }: Exchange, referralId: SQL) {
  const receiverId = idNamedBy(referralId, 'receiver_practice_id');
  return {
    referral: one(selectReferral(query, referralId)),
    consent: one(selectConsent(query, referralId)),
    record: one(selectClientRecord(query, referralId)),
    disclosures: many(selectShownDisclosures(query, referralId, 'sender', now, DISCLOSURES_SHOWN_MAX)),
    shown: one(selectShownUntil(query, referralId, 'sender', now)),
    professionals: many(selectProfessionals(query, receiverId, '', PROFESSIONALS_SHOWN_MAX)),
    credentials: many(selectCredentialsOfPage(query, receiverId, '', PROFESSIONALS_SHOWN_MAX)),
    labels: many(selectLabels(query, referralId)),
    gate: gatePlan(query, referralId),
  };
}
type BehindRows = Found<ReturnType<typeof behindPlan>>;

export const visitPlan = (exchange: Exchange, tokenHash: string) => ({
  request: one(selectRequestByToken(exchange.database.query, tokenHash)),
  behind: behindPlan(exchange, referralOfToken(tokenHash)),
});
export type VisitRows = Found<ReturnType<typeof visitPlan>>;

/** Null where there is no referral, or nothing of its client any more. */
export function assemble(
  request: ConsentRequestRow,
  purposes: readonly string[],
  { gate, shown, ...found }: BehindRows,
  { settings, now }: Exchange,
): Visit | null {
  const { referral, consent, record } = found;
  const { sender, receiver } = gate;
  const told = referral && sender && toldTo(referral, sender.id, allowsFeedback(consent, now), now);
  if (!told || !receiver || !record) return null;
  const opened = { request, referral, told, record, purposes, disclosuresUntil: shown?.shown_until ?? null };
  return { ...found, ...opened, sender, receiver, gate, settings };
}

/** Null for every token that leads nowhere (any more): the same look-up, whatever is wrong with it. */
export async function toVisit({ request, behind }: VisitRows, exchange: Exchange): Promise<Visit | null> {
  const visit = request && assemble(request, [], behind, exchange);
  if (!visit) return null;
  const { told, record } = visit;
  const isTooOld = told.progress.state === 'awaiting_consent' && request.expires_at <= exchange.now;
  // Who chooses among several does it at an address of its own.
  if (isTooOld || told.choice_id !== null) return null;
  const vault = await exchange.vault.openReferralVault(told.id, record);
  return { ...visit, purposes: await openPurposes(request, vault) };
}

/** A title that says only that it is a licence is no more than its kind. */
const LICENCE = /^licen[cs]e$/i;

interface Shown {
  readonly person: ProfessionalRow;
  readonly held: CredentialRow & { readonly kind: QualificationKind };
  readonly insurance: CredentialRow | undefined;
  /** It is the one without which this client could not be taken on. */
  readonly isRequired: boolean;
}

/** Of each professional the credential that counts for this client, and first those who may take the client on. */
function shownCredentials({ professionals, credentials, gate, told }: Visit, now: number): Shown[] {
  const shown = professionals.flatMap((person): Shown[] => {
    const all = credentials
      .filter((one) => one.professional_id === person.id && counts(one, now))
      .map((one) => ({ ...one, requires: person.profession_requires, also_requires: [] }));
    const mayReceive =
      findReceiver(gate.receiverCredentials, now, told.client_jurisdiction, person.id) !== null;
    const qualifications = all.filter((one): one is typeof one & Pick<Shown['held'], 'kind'> =>
      isQualification(one.kind),
    );
    const required = qualifications.find(
      (one) => mayReceive && receives(one, all, now, told.client_jurisdiction),
    );
    const held = required ?? qualifications[0];
    const insurance = all.find(({ kind }) => kind === 'insurance');
    return held ? [{ person, held, insurance, isRequired: required !== undefined }] : [];
  });
  return shown.sort((one, other) => Number(other.isRequired) - Number(one.isRequired));
}

function describeCredential({ person, held, insurance }: Shown, language: Language): string {
  const { kind, title, issuer, jurisdiction } = held;
  return WORDS[language].credential({
    person: person.name,
    profession: language === 'es' ? person.profession_title_es : person.profession_title,
    kind,
    title: LICENCE.test(title) ? null : title,
    issuer,
    place: jurisdiction && nameJurisdiction(jurisdiction, language),
    until: writeDay(Date.parse(held.expires_on), language),
    insuredUntil: insurance ? writeDay(Date.parse(insurance.expires_on), language) : null,
  });
}

/** How the operator knows: what is verified is one or the other. */
function howChecked(shown: readonly Shown[]): ConsentFacts['checked'] {
  const isListed = ({ held }: Shown) => held.level === 'registry_matched';
  if (shown.every(isListed)) return 'in_a_list';
  return shown.some(isListed) ? 'either' : 'at_the_source';
}

/**
 * With the end of the last day, where the sender is: as the page says it, and so that the hour of the end does not repeat
 * the hour of the answer to a receiver that is asked days later.
 */
export function consentEnd({ request, sender }: Visit, now: number): number {
  const lastDay = dayIn(sender.time_zone, now + request.valid_days * DAY_MS);
  return Math.min(startOfDay(sender.time_zone, daysAfter(lastDay, 1)), now + CONSENT_DAYS_MAX * DAY_MS);
}

/** The last day on which it holds, written out. */
export const writeLastDay = (expiresAt: number, language: Language, timeZone: string) =>
  writeDay(expiresAt - 1, language, timeZone);

const partyOf = (practice: PracticeRow, language: Language): Party => ({
  name: practice.name,
  place: namePlace(practice.city, practice.jurisdiction, language),
  phone: practice.contact_phone,
  email: practice.contact_email,
});

export function factsOf(visit: Visit, language: Language, now: number): ConsentFacts {
  const { sender, receiver, consent } = visit;
  const credentials = shownCredentials(visit, now);
  return {
    sender: sender.name,
    receiver: receiver.name,
    parties: { sender: partyOf(sender, language), receiver: partyOf(receiver, language) },
    credentials: credentials.map((shown) => describeCredential(shown, language)),
    checked: howChecked(credentials),
    purposes: sayPurposes(visit.purposes, visit.labels, visit.told.service, language),
    validUntil: writeLastDay(consent?.expires_at ?? consentEnd(visit, now), language, sender.time_zone),
    atOnce: visit.told.disclose === 'on_send',
    part2: visit.request.part2,
    singleOption: visit.request.single_option_reason,
    operator: visit.settings.operator,
  };
}
