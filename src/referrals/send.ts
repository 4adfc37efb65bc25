/** A new referral: sent at once where consent is on record, else waiting for it. */
import type * as v from 'valibot';
import { insertConsent } from '../consents/consents.repository.ts';
import { requireUsableConsent, toConsentRow } from '../consents/record.ts';
import type { Statements } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { commit } from '../http/commit.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { invalidInput, Problem } from '../http/problem.ts';
import { selectOpenPartnership } from '../partnerships/partnerships.repository.ts';
import { selectPractice } from '../practices/practices.repository.ts';
import type { ReferralVault } from '../vault/vault.ts';
import { selectHeldCredentials } from '../verification/credentials.repository.ts';
import { announce } from './change.ts';
import { type Client, clientFingerprint } from './client.schemas.ts';
import { readReferral, showReferral } from './file.ts';
import { requireSendable } from './gate.ts';
import { applyMove, isFinal, NEW_PROGRESS, nextDeadline } from './lifecycle.ts';
import {
  type ClientRecordRow,
  insertClientRecord,
  insertReferral,
  type NamedReferralRow,
  selectOpenReferralOfClient,
  selectReferral,
} from './referrals.repository.ts';
import type { NewReferralSchema } from './referrals.schemas.ts';
import { sideOf } from './referrals.view.ts';
import { REFERRAL_STATES } from './states.ts';

/** The states in which, as far as the sender knows, a referral is open. */
const OPEN_STATES = REFERRAL_STATES.filter((state) => !isFinal(state));

type SealedClient = Pick<ClientRecordRow, keyof Client>;

async function sealClient(vault: ReferralVault, client: Client): Promise<SealedClient> {
  const seal = (column: keyof Client) => vault.seal(`client_records.${column}`, client[column]);
  const sealOptional = async (column: keyof Client) => (client[column] === undefined ? null : seal(column));
  return {
    identity: await seal('identity'),
    contact: await seal('contact'),
    reason: await sealOptional('reason'),
    background: await sealOptional('background'),
    notes: await sealOptional('notes'),
    documents: await sealOptional('documents'),
  };
}

export async function sendReferral(
  request: OperationRequest<unknown, v.InferOutput<typeof NewReferralSchema>>,
): Promise<Reply> {
  const { database, vault, now } = request.exchange;
  const { query } = database;
  const { client, consent, receiver_practice_id: receiverId, ...wish } = request.body;
  const senderId = request.actor.practice_id ?? '';
  if (receiverId === senderId) {
    throw invalidInput([{ pointer: '/receiver_practice_id', detail: 'must be another practice than yours' }]);
  }
  const client_index = await vault.blindIndex(senderId, receiverId, ...clientFingerprint(client));
  return commit(request, {
    read: [
      selectOpenPartnership(query, senderId, receiverId),
      selectPractice(query, senderId),
      selectPractice(query, receiverId),
      selectHeldCredentials(query, senderId),
      selectHeldCredentials(query, receiverId),
      selectOpenReferralOfClient(query, client_index, OPEN_STATES),
      selectReferral(query, wish.previous_id ?? ''),
    ],
    decide: async ([
      [partnership],
      [sender],
      [receiver],
      senderCredentials,
      receiverCredentials,
      [open],
      [previous],
    ]) => {
      const rows = { partnership, sender, receiver, senderCredentials, receiverCredentials };
      const senderProfessionalId = requireSendable(rows, wish.client_jurisdiction, now, wish.professional_id);
      const id = newId('referral');
      const consentContext = {
        referralId: id,
        keyId: request.actor.key_id,
        verbalAllowed: sender?.verbal_consent_allowed ?? false,
        discloseOnSend: wish.disclose === 'on_send',
        now,
        pointer: '/consent' as const,
      };
      if (consent) requireUsableConsent(consent, consentContext);
      if (wish.previous_id !== undefined && !(previous && sideOf(previous, senderId))) {
        throw invalidInput([{ pointer: '/previous_id', detail: 'must be a referral of yours' }]);
      }
      if (open && !wish.allow_duplicate) {
        throw new Problem(
          'duplicate_referral',
          `The referral ${open.id} of this client to this practice is open.`,
          { referral_id: open.id },
        );
      }
      const { vault: referralVault, wrapped } = await vault.createReferralVault(id);
      const respond_within_ms = wish.respond_within_hours * 3_600_000;
      const progress = consent
        ? applyMove(NEW_PROGRESS, 'record_consent', now, { respondWithinMs: respond_within_ms })
        : NEW_PROGRESS;
      const columns = {
        ...progress,
        id,
        version: 1,
        sender_practice_id: senderId,
        receiver_practice_id: receiverId,
        partnership_id: partnership?.id ?? '',
        sender_professional_id: senderProfessionalId,
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
        last_move: consent ? 'record_consent' : 'create',
        last_move_by: 'sender',
        last_move_at: now,
        undo_progress: null,
        deadline: null,
        deadline_at: null,
        ...nextDeadline(progress, now, respond_within_ms, now),
        sender_version: 1,
        sender_updated_at: now,
        sender_state: progress.state,
        sender_progress: progress,
        client_index,
        created_at: now,
        updated_at: now,
        reached_at: null,
      };
      const row: NamedReferralRow = {
        ...columns,
        sender_name: sender?.name ?? '',
        receiver_name: receiver?.name ?? '',
      };
      const record = { referral_id: id, ...wrapped, ...(await sealClient(referralVault, client)) };
      const consentRow = consent ? await toConsentRow(consent, consentContext, referralVault) : undefined;
      const announcement = {
        type: consent ? ('referral.sent' as const) : ('referral.created' as const),
        actor: 'sender' as const,
        toSender: true,
        toReceiver: consent !== undefined,
        needsFeedback: false,
        data: { state: progress.state },
      };
      return {
        statements: [
          insertReferral(query, columns),
          insertClientRecord(query, record),
          ...(consentRow ? [insertConsent(query, consentRow)] : []),
          ...announce(query, row, announcement, now),
        ] as unknown as Statements,
        resourceId: id,
        status: 201,
        respond: async () => {
          const file = { row, consent: consentRow, record, messages: [], contacts: [] };
          const { body, headers } = await showReferral(request, file, 'sender', []);
          return { body, headers: { ...headers, Location: `/v1/referrals/${id}` } };
        },
      };
    },
    replay: (id) => readReferral(request, id),
  });
}
