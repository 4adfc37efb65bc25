/** One side's move on a referral. */
import { insertConsent } from '../consents/consents.repository.ts';
import { allowsFeedback, type ConsentInput, isActive } from '../consents/consents.schemas.ts';
import { requireUsableConsent, toConsentRow } from '../consents/record.ts';
import { endRequests } from '../consents/requests.repository.ts';
import type { Statement } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { commit } from '../http/commit.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { notFound, Problem } from '../http/problem.ts';
import { requireVersion } from '../http/versions.ts';
import { changeReferral } from './change.ts';
import { disclose, disclosedIn, readReferral, selectFile, showReferral } from './file.ts';
import { requireReceivable, requireSendable, selectGate } from './gate.ts';
import type { Move } from './lifecycle.ts';
import { type ContactRow, insertContact, insertMessage, type MessageRow } from './referrals.repository.ts';
import {
  isOutcomeWithheld,
  movesOf,
  type ReferralFile,
  type Side,
  senderProgressOf,
  sideOf,
  versionOf,
} from './referrals.view.ts';

const MESSAGES_MAX = 100;
const CONTACTS_MAX = 200;

/** What a move writes beside the state. */
export interface MoveDetails {
  readonly reason?: string;
  readonly message?: { readonly kind: MessageRow['kind']; readonly text: string } | undefined;
  readonly contact?: { readonly kind: ContactRow['kind']; readonly occurred_at: number };
  readonly consent?: ConsentInput;
  /** Who of the receiver takes the client on. */
  readonly professionalId?: string | undefined;
  /** The answer shows nothing of the client, so nothing is disclosed. */
  readonly withoutClient?: boolean;
}

function requireAllowed(file: ReferralFile, side: Side, move: Move, feedback: boolean, now: number): void {
  const allowed_moves = movesOf(file.row, side, feedback, now);
  if (allowed_moves.includes(move)) return;
  const { state } = side === 'sender' ? senderProgressOf(file.row) : file.row;
  if (side === 'sender' && isOutcomeWithheld(file.row, feedback)) {
    const detail =
      'The client allowed no news to you after the acceptance, so there is nothing for you to do here.';
    throw new Problem('outcome_withheld', detail, { state, allowed_moves });
  }
  const may = allowed_moves.join(', ') || 'do nothing';
  throw new Problem('illegal_transition', `The referral is ${state}: you may ${may}.`, {
    state,
    allowed_moves,
  });
}

export async function moveReferral(
  request: OperationRequest<unknown, unknown>,
  move: Move,
  details: MoveDetails = {},
): Promise<Reply> {
  const { database, vault, now } = request.exchange;
  const { query } = database;
  const referralId = request.params.referral_id ?? '';
  return commit(request, {
    read: [...selectFile(query, referralId), ...selectGate(query, referralId)],
    decide: async ([
      [row],
      [consent],
      [record],
      messages,
      contacts,
      [opened],
      [partnership],
      [sender],
      [receiver],
      senderCredentials,
      receiverCredentials,
    ]) => {
      const side = row && sideOf(row, request.actor.practice_id);
      if (!row || !side) throw notFound();
      const file = {
        row,
        consent,
        request: opened,
        record,
        messages: [...messages],
        contacts: [...contacts],
      };
      const gate = { partnership, sender, receiver, senderCredentials, receiverCredentials };
      const feedback = allowsFeedback(consent, now);
      requireVersion(request.ifMatch, versionOf(row, side));
      if (!record)
        throw new Problem('invalid_state', 'The client of this referral was erased.', {
          state: row.state,
          allowed_moves: [],
        });
      requireAllowed(file, side, move, feedback, now);
      const referralVault = await vault.openReferralVault(referralId, record);

      let professionalId: string | undefined;
      if (move === 'accept') {
        if (!consent || !isActive(consent, now)) {
          throw new Problem(
            'consent_not_active',
            'The client’s consent is not active, so the client cannot be disclosed to you.',
          );
        }
        professionalId = requireReceivable(gate, row.client_jurisdiction, now, details.professionalId);
      }

      if (messages.length >= MESSAGES_MAX || contacts.length >= CONTACTS_MAX) {
        if (details.message || details.contact) {
          throw new Problem(
            'limit_reached',
            `A referral has at most ${MESSAGES_MAX} messages and ${CONTACTS_MAX} contacts.`,
          );
        }
      }

      // What the new state needs stands before it; the disclosure is judged by what is true after it.
      const before: Statement[] = [];
      const after: Statement[] = [];
      if (details.consent) {
        requireSendable(gate, row.client_jurisdiction, now, row.sender_professional_id);
        const context = {
          referralId,
          keyId: request.actor.key_id,
          verbalAllowed: sender?.verbal_consent_allowed ?? false,
          discloseOnSend: row.disclose === 'on_send',
          now,
          pointer: '' as const,
        };
        requireUsableConsent(details.consent, context);
        file.consent = await toConsentRow(details.consent, context, referralVault);
        file.request = undefined;
        before.push(insertConsent(query, file.consent), endRequests(query, referralId, now));
      }
      if (details.message) {
        const id = newId('message');
        const { kind, text } = details.message;
        const sealed_text = await referralVault.seal('referral_messages.sealed_text', text, id);
        const message = { id, referral_id: referralId, kind, author: side, sealed_text, created_at: now };
        file.messages.push(message);
        after.push(insertMessage(query, message));
      }
      if (details.contact) {
        const contact = {
          id: newId('contact'),
          referral_id: referralId,
          ...details.contact,
          created_at: now,
        };
        file.contacts.push(contact);
        after.push(insertContact(query, contact));
      }
      const change = { move, by: side, reason: details.reason, professionalId, feedback };
      const changed = changeReferral(query, row, change, now);
      const disclosure = details.withoutClient ? [] : [disclose(request, referralId)];
      const statements = [...before, ...changed.statements, ...after, ...disclosure];
      return {
        statements: statements,
        resourceId: referralId,
        status: 200,
        respond: (results) => {
          const logged = details.withoutClient ? [] : results[statements.length - 1];
          const disclosed = disclosedIn(logged as { disclosed: string }[]);
          return showReferral(request, { ...file, row: changed.row }, side, disclosed);
        },
      };
    },
    replay: (id) => readReferral(request, id),
  });
}
