/** A new referral: sent at once where consent is on record, else waiting for it. */
import type * as v from 'valibot';
import { toAsked } from '../consents/asked.ts';
import { type ConsentRow, insertConsent } from '../consents/consents.repository.ts';
import { feedbackUntil } from '../consents/consents.schemas.ts';
import { type AskedConsent, createLink } from '../consents/link.ts';
import { toConsentRow } from '../consents/record.ts';
import { insertRequest } from '../consents/requests.repository.ts';
import { answerOnce } from '../http/once.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import type { Author, Exchange } from '../ledger/exchange.ts';
import { newId } from '../platform/db/ids.ts';
import type { Plan } from '../platform/db/plan.ts';
import { HOUR_MS } from '../platform/durations.ts';
import type { ReferralVault } from '../platform/vault/vault.ts';
import { answersWithQuestions } from '../practices/intake/questions.ts';
import { announce } from './change.ts';
import { toLookups } from './client.lookups.ts';
import type { ShownClient } from './client.schemas.ts';
import { type ReferralFile, requireFile } from './file.ts';
import { type GateRows, requireSendable } from './gate.ts';
import { applyMove, NEW_PROGRESS, nextDeadline, type Progress } from './lifecycle.ts';
import type { NewReferralSchema } from './new-referral.schemas.ts';
import { toOwnRows } from './own.change.ts';
import { setExternalId, setMetadata } from './own.repository.ts';
import {
  type ClientRecordRow,
  insertClientLookups,
  insertClientRecord,
  insertReferral,
} from './referrals.repository.ts';
import {
  addressTo,
  clientIndexOf,
  consentContextOf,
  type Draft,
  type RefusalRows,
  refusalPlan,
  refusalsOf,
} from './refusals.ts';
import { authorOf, readReferral, showReferral } from './show.ts';
import { conceal, type NamedReferralRow } from './truth.ts';

type SealedClient = Pick<ClientRecordRow, keyof ShownClient>;

async function sealClient(vault: ReferralVault, client: ShownClient): Promise<SealedClient> {
  const seal = (column: keyof ShownClient) => vault.seal(`client_records.${column}`, client[column]);
  const sealOptional = async (column: keyof ShownClient) =>
    client[column] === undefined ? null : seal(column);
  return {
    identity: await seal('identity'),
    contact: await seal('contact'),
    reason: await sealOptional('reason'),
    background: await sealOptional('background'),
    notes: await sealOptional('notes'),
    documents: await sealOptional('documents'),
    intake: await sealOptional('intake'),
  };
}

/** To one practice. */
export type NewReferral = Draft & v.InferOutput<typeof NewReferralSchema>;

/** A place among those from whom the client chooses. */
export interface Place {
  readonly choice_id: string;
  readonly choice_place: number;
}

interface Parts {
  readonly id: string;
  readonly wish: NewReferral;
  readonly senderId: string;
  readonly professionalId: string;
  readonly client_index: string;
  readonly gate: GateRows;
  readonly progress: Progress;
  readonly respond_within_ms: number;
  readonly consent: ConsentRow | undefined;
  readonly place: Place | undefined;
}

/** The columns of a new referral, with the names of its practices. */
function toRow(
  { id, wish: { receiver_practice_id, ...wish }, senderId, gate, progress, consent, place, ...parts }: Parts,
  now: number,
): NamedReferralRow {
  const { professionalId, client_index, respond_within_ms } = parts;
  const isSent = progress.sent_at !== null;
  return {
    ...progress,
    id,
    version: 1,
    sender_practice_id: senderId,
    sender_name: gate.sender?.name ?? '',
    sender_status: gate.sender?.status ?? 'active',
    receiver_practice_id,
    receiver_name: gate.receiver?.name ?? '',
    receiver_status: gate.receiver?.status ?? 'active',
    partnership_id: gate.partnership?.id ?? '',
    sender_professional_id: professionalId,
    receiver_professional_id: null,
    previous_id: wish.previous_id ?? null,
    service: wish.service,
    reason: wish.reason,
    urgency: wish.urgency,
    languages: wish.languages,
    client_city: wish.client_city ?? null,
    client_jurisdiction: wish.client_jurisdiction,
    disclose: wish.disclose,
    respond_within_ms,
    last_move: isSent ? 'record_consent' : 'create',
    last_move_by: 'sender',
    last_move_at: now,
    undo_progress: null,
    deadline: null,
    deadline_at: null,
    ...nextDeadline(progress, now, respond_within_ms, now),
    receiver_version: isSent ? 1 : 0,
    receiver_updated_at: isSent ? now : null,
    duplicate_allowed: wish.allow_duplicate,
    sender_version: 1,
    sender_updated_at: now,
    sender_state: progress.state,
    sender_progress: progress,
    client_index,
    erased_at: null,
    consent_ended_at: null,
    created_at: now,
    updated_at: now,
    reached_at: null,
    reached_confirmed: null,
    sender_feedback_until: consent ? feedbackUntil(consent) : null,
    source_event_id: wish.source ?? null,
    choice_id: place?.choice_id ?? null,
    choice_place: place?.choice_place ?? null,
    choice_rank: null,
  };
}

/** What a new referral is made of. */
export interface Composition {
  readonly wish: NewReferral;
  readonly author: Author;
  /** By which an equal referral that is open is found. */
  readonly client_index: string;
  readonly lookups: string[];
  readonly place?: Place;
  /** What the client is asked on our page; undefined: nothing, or by the link of another referral. */
  readonly asked?: AskedConsent | undefined;
}

/** The client with the answers to what this receiver asks, as it is kept. */
export function clientFor({ client }: NewReferral, { form }: Pick<RefusalRows, 'form'>): ShownClient {
  const { intake, ...others } = client;
  const answers = answersWithQuestions(form?.questions ?? null, intake ?? {});
  return answers.length === 0 ? others : { ...others, intake: answers };
}

/** The statements that make a referral which nothing refuses, and what its sender sees of it. */
export async function composeReferral(
  { wish, author, client_index, lookups, place, asked }: Composition,
  rows: RefusalRows,
  { database: { query }, vault, settings, now }: Exchange,
) {
  const { consent: given } = wish;
  const consent = given?.method === 'hosted' ? undefined : given;
  const { practiceId: senderId } = author;
  const professionalId = requireSendable(rows.gate, wish.client_jurisdiction, now, wish.professional_id);
  const id = newId('referral');
  const consentContext = { ...consentContextOf(rows, wish, now), referralId: id, keyId: author.throughId };
  const { vault: referralVault, wrapped } = await vault.createReferralVault(id);
  const respond_within_ms = wish.respond_within_hours * HOUR_MS;
  const progress = consent
    ? applyMove(NEW_PROGRESS, 'record_consent', now, { respondWithinMs: respond_within_ms })
    : NEW_PROGRESS;
  const consentRow = consent && (await toConsentRow(consent, consentContext, referralVault));
  const { gate } = rows;
  const parts = {
    id,
    wish,
    senderId,
    professionalId,
    client_index,
    gate,
    progress,
    respond_within_ms,
    place,
  };
  const { sender_name, sender_status, receiver_name, receiver_status, ...columns } = toRow(
    { ...parts, consent: consentRow },
    now,
  );
  const names = { sender_name, sender_status, receiver_name, receiver_status };
  const referral = conceal({ ...columns, ...names });
  const client = clientFor(wish, rows);
  const record = { referral_id: id, ...wrapped, ...(await sealClient(referralVault, client)), lookups };
  const link =
    asked &&
    (await createLink(id, asked, referralVault, settings.publicOrigin, now, place ? 'choice' : 'consent'));
  const own = await toOwnRows(wish, { practice_id: senderId, referral_id: id }, referralVault, now);
  const announcement = {
    type: consent ? 'referral.sent' : link ? 'consent.requested' : 'referral.created',
    actor: 'sender',
    data: { state: progress.state },
  } as const;
  return {
    id,
    referral,
    writes: [
      insertReferral(query, columns),
      insertClientRecord(query, record),
      insertClientLookups(query, id, lookups),
      consentRow && insertConsent(query, consentRow),
      link && insertRequest(query, link.row),
      own.externalIds.map((row) => setExternalId(query, row)),
      own.metadata.map((row) => setMetadata(query, row)),
      announce(query, referral, announcement, now),
    ] as Plan,
    resultOf: () => {
      const added = { consent: consentRow, request: link?.row, record, messages: [], contacts: [], ...own };
      const file = { ...requireFile({ referral, ...added }, author, now), vault: referralVault };
      return { file, consentUrl: link?.url ?? null };
    },
  };
}

const sendAt = (parts: Composition) => (exchange: Exchange) => {
  const { wish, author, client_index } = parts;
  const { practiceId: senderId } = author;
  return {
    subject: client_index,
    read: refusalPlan(exchange, wish, senderId, client_index),
    decide: async (rows: RefusalRows) => {
      for await (const refusal of refusalsOf(rows, wish, senderId, exchange)) throw refusal;
      const { consent } = wish;
      const asked =
        consent?.method === 'hosted'
          ? toAsked(consent, clientFor(wish, rows), wish, wish.service)
          : undefined;
      const { id, writes, resultOf } = await composeReferral({ ...parts, asked }, rows, exchange);
      return { writes, resourceId: id, resultOf };
    },
  };
};

/** @returns the write that makes it */
export async function newReferralAt({ vault }: Exchange, wish: NewReferral, author: Author) {
  const client_index = (await clientIndexOf(vault, author.practiceId, wish)) as string;
  const lookups = await toLookups(vault, author.practiceId, wish.client);
  return sendAt({ wish, author, client_index, lookups });
}

export const showNew = (
  exchange: Exchange,
  { file, consentUrl }: { readonly file: ReferralFile; readonly consentUrl: string | null },
) => showReferral(exchange, file, [], consentUrl);

/** To one practice. */
export async function sendReferral(
  request: PracticeRequest<unknown, v.InferOutput<typeof NewReferralSchema>>,
): Promise<Reply> {
  const { exchange, body } = request;
  return answerOnce(request, {
    status: 201,
    writeAt: await newReferralAt(exchange, addressTo(body), authorOf(request)),
    show: (made) => showNew(exchange, made),
    replay: (id) => readReferral(request, id),
  });
}
