/** A new referral: sent at once where consent is on record, else waiting for it. */
import type * as v from 'valibot';
import { toAsked } from '../consents/asked.ts';
import { type ConsentRow, insertConsent } from '../consents/consents.repository.ts';
import { feedbackUntil } from '../consents/consents.schemas.ts';
import { createLink } from '../consents/link.ts';
import { toConsentRow } from '../consents/record.ts';
import { insertRequest } from '../consents/requests.repository.ts';
import { answerOnce } from '../http/once.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import type { Author, Exchange } from '../ledger/exchange.ts';
import { newId } from '../platform/db/ids.ts';
import type { Plan } from '../platform/db/plan.ts';
import type { ReferralVault } from '../platform/vault/vault.ts';
import { answersWithQuestions } from '../practices/intake/questions.ts';
import { announce } from './change.ts';
import { toLookups } from './client.lookups.ts';
import type { ShownClient } from './client.schemas.ts';
import { requireFile } from './file.ts';
import { type GateRows, requireSendable } from './gate.ts';
import { applyMove, NEW_PROGRESS, nextDeadline, type Progress } from './lifecycle.ts';
import { toOwnRows } from './own.change.ts';
import { setExternalId, setMetadata } from './own.repository.ts';
import {
  type ClientRecordRow,
  insertClientLookups,
  insertClientRecord,
  insertReferral,
} from './referrals.repository.ts';
import type { NewReferralSchema } from './referrals.schemas.ts';
import { clientIndexOf, consentContextOf, type RefusalRows, refusalPlan, refusalsOf } from './refusals.ts';
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

type NewReferral = v.InferOutput<typeof NewReferralSchema>;

/** The columns of a new referral, with the names of its practices. */
function toRow(
  id: string,
  { receiver_practice_id, ...wish }: NewReferral,
  senderId: string,
  professionalId: string,
  client_index: string,
  gate: GateRows,
  progress: Progress,
  consent: ConsentRow | undefined,
  now: number,
): NamedReferralRow {
  const respond_within_ms = wish.respond_within_hours * 3_600_000;
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
  };
}

/** @param client_index by which an equal referral that is open is found */
const sendAt =
  (wish: NewReferral, author: Author, client_index: string, lookups: string[]) => (exchange: Exchange) => {
    const { database, vault, settings, now } = exchange;
    const { query } = database;
    const { client, consent: given } = wish;
    const consent = given?.method === 'hosted' ? undefined : given;
    const hosted = given?.method === 'hosted' ? given : undefined;
    const { practiceId: senderId } = author;
    return {
      subject: client_index,
      read: refusalPlan(exchange, wish, senderId, client_index),
      decide: async (rows: RefusalRows) => {
        for await (const refusal of refusalsOf(rows, wish, senderId, exchange)) throw refusal;
        const { gate, form } = rows;
        const { intake, ...others } = client;
        const answers = answersWithQuestions(form?.questions ?? null, intake ?? {});
        const kept: ShownClient = answers.length === 0 ? others : { ...others, intake: answers };
        const professionalId = requireSendable(gate, wish.client_jurisdiction, now, wish.professional_id);
        const id = newId('referral');
        const consentContext = {
          ...consentContextOf(rows, wish, now),
          referralId: id,
          keyId: author.throughId,
        };
        const { vault: referralVault, wrapped } = await vault.createReferralVault(id);
        const respondWithinMs = wish.respond_within_hours * 3_600_000;
        const progress = consent
          ? applyMove(NEW_PROGRESS, 'record_consent', now, { respondWithinMs })
          : NEW_PROGRESS;
        const consentRow = consent && (await toConsentRow(consent, consentContext, referralVault));
        const { sender_name, sender_status, receiver_name, receiver_status, ...columns } = toRow(
          id,
          wish,
          senderId,
          professionalId,
          client_index,
          gate,
          progress,
          consentRow,
          now,
        );
        const names = { sender_name, sender_status, receiver_name, receiver_status };
        const referral = conceal({ ...columns, ...names });
        const record = { referral_id: id, ...wrapped, ...(await sealClient(referralVault, kept)), lookups };
        const link =
          hosted &&
          (await createLink(
            id,
            toAsked(hosted, kept, wish, wish.service),
            referralVault,
            settings.publicOrigin,
            now,
          ));
        const own = await toOwnRows(wish, { practice_id: senderId, referral_id: id }, referralVault, now);
        const announcement = {
          type: consent ? 'referral.sent' : hosted ? 'consent.requested' : 'referral.created',
          actor: 'sender',
          data: { state: progress.state },
        } as const;
        return {
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
          resourceId: id,
          resultOf: () => {
            const added = {
              consent: consentRow,
              request: link?.row,
              record,
              messages: [],
              contacts: [],
              ...own,
            };
            const file = requireFile({ referral, ...added }, author, now);
            return { file, consentUrl: link?.url ?? null };
          },
        };
      },
    };
  };

export async function sendReferral(request: PracticeRequest<unknown, NewReferral>): Promise<Reply> {
  const { exchange, body } = request;
  const { vault } = exchange;
  const author = authorOf(request);
  const { practiceId: senderId } = author;
  const clientIndex = (await clientIndexOf(vault, senderId, body)) as string;
  const lookups = await toLookups(vault, senderId, body.client);
  return answerOnce(request, {
    status: 201,
    writeAt: sendAt(body, author, clientIndex, lookups),
    show: async ({ file, consentUrl }) => {
      const { body: shown, headers = {} } = await showReferral(exchange, file, [], consentUrl);
      return { body: shown, headers };
    },
    replay: (id) => readReferral(request, id),
  });
}
