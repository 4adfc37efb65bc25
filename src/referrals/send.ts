/** A new referral: sent at once where consent is on record, else waiting for it. */
import type * as v from 'valibot';
import { toAsked } from '../consents/asked.ts';
import { insertConsent } from '../consents/consents.repository.ts';
import { createLink } from '../consents/link.ts';
import { requireUsableConsent, toConsentRow } from '../consents/record.ts';
import { insertRequest } from '../consents/requests.repository.ts';
import { newId } from '../db/ids.ts';
import { REFERRAL_STATES, type ReferralState } from '../db/states.ts';
import { commit } from '../http/commit.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { invalidInput, Problem } from '../http/problem.ts';
import { selectOpenPartnership } from '../partnerships/partnerships.repository.ts';
import { selectPractice } from '../practices/practices.repository.ts';
import type { ReferralVault, Vault } from '../vault/vault.ts';
import { selectHeldCredentials } from '../verification/credentials.repository.ts';
import { announce } from './change.ts';
import { toLookups } from './client.lookups.ts';
import { type Client, clientFingerprint, lettersOf } from './client.schemas.ts';
import { readReferral, showReferral } from './file.ts';
import { requireSendable } from './gate.ts';
import { applyMove, isFinal, NEW_PROGRESS, nextDeadline } from './lifecycle.ts';
import {
  type ClientRecordRow,
  insertClientLookups,
  insertClientRecord,
  insertReferral,
  type NamedReferralRow,
  selectClientRecord,
  selectIdentityDisclosure,
  selectOpenReferralOfClient,
  selectReferral,
} from './referrals.repository.ts';
import type { NewReferralSchema } from './referrals.schemas.ts';
import { senderProgressOf, sideOf } from './referrals.view.ts';

/** The states in which, as far as the sender knows, a referral is open. */
const OPEN_STATES = REFERRAL_STATES.filter((state) => !isFinal(state));

/** A referral that ended so may be followed by one to somebody else. */
const CONTINUABLE_STATES: readonly ReferralState[] = ['declined', 'expired', 'withdrawn', 'not_engaged'];

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

interface Previous {
  readonly row: NamedReferralRow | undefined;
  readonly record: ClientRecordRow | undefined;
  /** The receiver of it was told who the client is. */
  readonly isIdentityDisclosed: boolean;
}

/**
 * What came before: sent, ended without an engagement as far as this side knows, and about the same client. The last
 * is asked only of whoever knows the client: to others each answer would be a guess at the name, answered.
 */
async function requirePrevious(
  vault: Vault,
  { row: previous, record, isIdentityDisclosed }: Previous,
  practiceId: string,
  client: Client,
): Promise<void> {
  const refuse = (detail: string) => invalidInput([{ pointer: '/previous_id', detail }]);
  const side = previous && sideOf(previous, practiceId);
  if (!previous || !side) throw refuse('must be a referral of yours');
  const { state, sent_at } = side === 'sender' ? senderProgressOf(previous) : previous;
  if (sent_at === null || !CONTINUABLE_STATES.includes(state)) {
    throw refuse(`must be one that was sent and is ${CONTINUABLE_STATES.join(', ')}`);
  }
  if (!record || (side === 'receiver' && !isIdentityDisclosed)) return;
  const opened = await vault.openReferralVault(previous.id, record);
  const identity = await opened.open<Client['identity']>('client_records.identity', record.identity);
  if (lettersOf(identity.family_name) !== lettersOf(client.identity.family_name)) {
    throw refuse('must be about the same client');
  }
}

export async function sendReferral(
  request: OperationRequest<unknown, v.InferOutput<typeof NewReferralSchema>>,
): Promise<Reply> {
  const { database, vault, settings, now } = request.exchange;
  const { query } = database;
  const { client, consent: given, receiver_practice_id: receiverId, ...wish } = request.body;
  const consent = given?.method === 'hosted' ? undefined : given;
  const hosted = given?.method === 'hosted' ? given : undefined;
  const senderId = request.actor.practice_id ?? '';
  if (receiverId === senderId) {
    throw invalidInput([{ pointer: '/receiver_practice_id', detail: 'must be another practice than yours' }]);
  }
  const client_index = await vault.blindIndex(senderId, receiverId, ...clientFingerprint(client));
  const lookups = await toLookups(vault, senderId, client);
  return commit(request, {
    read: [
      selectOpenPartnership(query, senderId, receiverId),
      selectPractice(query, senderId),
      selectPractice(query, receiverId),
      selectHeldCredentials(query, senderId),
      selectHeldCredentials(query, receiverId),
      selectOpenReferralOfClient(query, client_index, OPEN_STATES),
      selectReferral(query, wish.previous_id ?? ''),
      selectClientRecord(query, wish.previous_id ?? ''),
      selectIdentityDisclosure(query, wish.previous_id ?? '', senderId),
    ],
    decide: async ([
      [partnership],
      [sender],
      [receiver],
      senderCredentials,
      receiverCredentials,
      [open],
      [previous],
      [previousRecord],
      identityDisclosures,
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
      if (wish.previous_id !== undefined) {
        const isIdentityDisclosed = identityDisclosures.length > 0;
        await requirePrevious(
          vault,
          { row: previous, record: previousRecord, isIdentityDisclosed },
          senderId,
          client,
        );
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
        receiver_version: consent ? 1 : 0,
        receiver_updated_at: consent ? now : null,
        duplicate_allowed: wish.allow_duplicate,
        sender_version: 1,
        sender_updated_at: now,
        sender_state: progress.state,
        sender_progress: progress,
        client_index,
        erased_at: null,
        created_at: now,
        updated_at: now,
        reached_at: null,
        reached_confirmed: null,
      };
      const row: NamedReferralRow = {
        ...columns,
        sender_name: sender?.name ?? '',
        receiver_name: receiver?.name ?? '',
      };
      const sealed = await sealClient(referralVault, client);
      const record = { referral_id: id, ...wrapped, ...sealed, lookups };
      const consentRow = consent ? await toConsentRow(consent, consentContext, referralVault) : undefined;
      const link = hosted
        ? await createLink(
            id,
            toAsked(hosted, client, wish, wish.service),
            referralVault,
            settings.publicOrigin,
            now,
          )
        : undefined;
      const announcement = {
        type: consent
          ? ('referral.sent' as const)
          : hosted
            ? ('consent.requested' as const)
            : ('referral.created' as const),
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
          insertClientLookups(query, id, lookups),
          ...(consentRow ? [insertConsent(query, consentRow)] : []),
          ...(link ? [insertRequest(query, link.row)] : []),
          ...announce(query, row, announcement, now),
        ],
        resourceId: id,
        status: 201,
        respond: async () => {
          const file = { row, consent: consentRow, request: link?.row, record, messages: [], contacts: [] };
          const { body, headers } = await showReferral(request, file, 'sender', [], link?.url);
          return { body, headers: { ...headers, Location: `/v1/referrals/${id}` } };
        },
      };
    },
    replay: (id) => readReferral(request, id),
  });
}
