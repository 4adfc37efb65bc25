/** Everything about one referral: read in one batch, opened for one side, and shown to it. */
import { selectConsent } from '../consents/consents.repository.ts';
import { allowsFeedback } from '../consents/consents.schemas.ts';
import { selectOpenRequest } from '../consents/requests.repository.ts';
import type { Author, Exchange } from '../ledger/exchange.ts';
import type { Query } from '../platform/db/database.ts';
import { type Found, many, one, type Plan } from '../platform/db/plan.ts';
import { UnavailableError } from '../platform/db/unavailable.ts';
import { notFound } from '../platform/problem.ts';
import type { ReferralVault } from '../platform/vault/vault.ts';
import { type DisclosureAttempt, discloseToReceiver, selectDueDisclosure } from './disclosure.repository.ts';
import { selectExternalIds, selectMetadata } from './own.repository.ts';
import {
  selectClientRecord,
  selectContacts,
  selectMessages,
  selectReferral,
} from './referrals.repository.ts';
import { type ToldReferral, toldTo } from './told.ts';
import type { TrueReferral } from './truth.ts';

/** @param practiceId whose own data of it are read along */
export const filePlan = (query: Query, referralId: string, practiceId: string) => ({
  referral: one(selectReferral(query, referralId)),
  consent: one(selectConsent(query, referralId)),
  record: one(selectClientRecord(query, referralId)),
  messages: many(selectMessages(query, referralId)),
  contacts: many(selectContacts(query, referralId)),
  request: one(selectOpenRequest(query, referralId)),
  externalIds: many(selectExternalIds(query, referralId, practiceId)),
  metadata: many(selectMetadata(query, referralId, practiceId)),
});

/** What says who may do what, and opens what is sealed: for what shows nothing else of the file. */
export const openedPlan = (query: Query, referralId: string) => ({
  referral: one(selectReferral(query, referralId)),
  consent: one(selectConsent(query, referralId)),
  record: one(selectClientRecord(query, referralId)),
});
type OpenedRows = Found<ReturnType<typeof openedPlan>>;

/** Of a referral for which its reader keeps nothing. */
export const NOTHING_OWN = { externalIds: [], metadata: [] };

/** The rows of a referral's file, whoever asks. */
export type FileRows = Found<ReturnType<typeof filePlan>>;

interface Told {
  readonly referral: TrueReferral;
  readonly told: ToldReferral;
}
/** A referral's file in the hands of one of its two sides. */
export type ReferralFile = FileRows &
  Told & {
    /** Where what is sealed in it was sealed or opened just now. */
    readonly vault?: ReferralVault;
  };
/** The part of it that `openedPlan` reads. */
export type OpenedReferral = OpenedRows & Told;

function toSide<R extends OpenedRows>(rows: R, practiceId: string, now: number): (R & Told) | null {
  const { referral, consent } = rows;
  const told = referral && toldTo(referral, practiceId, allowsFeedback(consent, now), now);
  return referral && told ? { ...rows, referral, told } : null;
}

/** Null where the referral is none of the practice's business (yet). */
export const openFile = (rows: FileRows, practiceId: string, now: number): ReferralFile | null =>
  toSide(rows, practiceId, now);

/** @throws Problem 404 */
export function requireOpened(rows: OpenedRows, { practiceId }: Author, now: number): OpenedReferral {
  const opened = toSide(rows, practiceId, now);
  if (!opened) throw notFound();
  return opened;
}

/** @throws Problem 404 */
export function requireFile(rows: FileRows, { practiceId }: Author, now: number): ReferralFile {
  const file = openFile(rows, practiceId, now);
  if (!file) throw notFound();
  return file;
}

const attemptOf = (
  now: number,
  { practiceId, throughId }: Author,
  referralId: string,
  shows: DisclosureAttempt['shows'],
): DisclosureAttempt => ({
  referralId,
  practiceId,
  shows,
  way: 'api',
  keyId: throughId,
  now,
});

/** Logs what leaves to the caller and says what that is; nothing where the caller is not the receiver. */
export const disclosePlan = (
  { database, now }: Exchange,
  author: Author,
  referralId: string,
  shows: DisclosureAttempt['shows'] = 'file',
) => one(discloseToReceiver(database.query, attemptOf(now, author, referralId, shows)));

/** What `disclosePlan` would log. */
const dueDisclosurePlan = (
  { database, now }: Exchange,
  author: Author,
  referralId: string,
  shows: DisclosureAttempt['shows'],
) => one(selectDueDisclosure(database.query, attemptOf(now, author, referralId, shows)));

/**
 * What is read, with what the read discloses: one call. Where the log cannot be written, a second one shows whether there
 * is anything to log.
 */
export async function readAndLog<const P extends Plan>(
  exchange: Exchange,
  rows: P,
  { author, referralId, shows = 'file', isHead }: LoggedRead,
): Promise<{ rows: Found<P>; disclosed: string[] }> {
  const { database } = exchange;
  if (isHead) return { rows: (await database.read({ rows })).rows, disclosed: [] };
  try {
    const found = await database.read({ rows, log: disclosePlan(exchange, author, referralId, shows) });
    return { rows: found.rows, disclosed: disclosedIn(found.log) };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    const found = await database.read({ rows, due: dueDisclosurePlan(exchange, author, referralId, shows) });
    if (found.due) throw error;
    return { rows: found.rows, disclosed: [] };
  }
}

interface LoggedRead {
  readonly author: Author;
  readonly referralId: string;
  readonly shows?: DisclosureAttempt['shows'];
  /** Only the headers leave: nothing is disclosed. */
  readonly isHead: boolean;
}

/** The categories that were disclosed and logged. */
export const disclosedIn = (row: { readonly disclosed: string } | undefined): string[] =>
  row ? (JSON.parse(row.disclosed) as string[]) : [];
