/** What each side sees of a referral. The sender sees the outcome as of its last news; the receiver what was disclosed. */
import type * as v from 'valibot';
import type { ConsentRow } from '../consents/consents.repository.ts';
import {
  allowsFeedback,
  type Category,
  isActive,
  PART2_NOTICE,
  presentConsent,
} from '../consents/consents.schemas.ts';
import { type ConsentRequestRow, NAMES_TRIED_MAX } from '../consents/requests.repository.ts';
import { toTime } from '../http/fields.ts';
import type { Vault } from '../vault/vault.ts';
import type { Client } from './client.schemas.ts';
import {
  allowedMoves,
  DISCLOSED_STATES,
  isFinal,
  type LastMove,
  type Move,
  type Party,
  type Progress,
} from './lifecycle.ts';
import type {
  ClientRecordRow,
  ContactRow,
  MessageRow,
  NamedReferralRow,
  ReferralRow,
} from './referrals.repository.ts';
import type { ReferralSchema, ReferralSummarySchema } from './referrals.schemas.ts';

export type Side = 'sender' | 'receiver';
type Summary = v.InferOutput<typeof ReferralSummarySchema>;
type Whole = v.InferOutput<typeof ReferralSchema>;

/** The side the practice is on, or null where the referral is none of its business (yet). */
export function sideOf(row: ReferralRow, practiceId: string | null): Side | null {
  if (row.sender_practice_id === practiceId) return 'sender';
  return row.receiver_practice_id === practiceId && row.sent_at !== null ? 'receiver' : null;
}

export const progressOf = (row: ReferralRow): Progress => ({
  state: row.state,
  sent_at: row.sent_at,
  respond_by: row.respond_by,
  needs_info_since: row.needs_info_since,
  needs_info_total_ms: row.needs_info_total_ms,
  answered_at: row.answered_at,
  accepted_at: row.accepted_at,
  receiver_professional_id: row.receiver_professional_id,
  decline_reason: row.decline_reason,
  engaged_at: row.engaged_at,
  outcome_at: row.outcome_at,
  not_engaged_reason: row.not_engaged_reason,
  completed_at: row.completed_at,
  ended_at: row.ended_at,
});

export const senderProgressOf = (row: ReferralRow) => row.sender_progress as Progress;

export const lastMoveOf = (row: ReferralRow): LastMove => ({
  move: row.last_move,
  by: row.last_move_by as Party,
  at: row.last_move_at,
});

/**
 * After an acceptance the sender without the way back knows nothing more, and its moves may not tell it either:
 * a refusal that depended on the hidden state would.
 */
export const isOutcomeWithheld = (row: ReferralRow, feedback: boolean) =>
  !feedback && senderProgressOf(row).accepted_at !== null && !isFinal(senderProgressOf(row).state);

export function movesOf(row: ReferralRow, side: Side, feedback: boolean, now: number): Move[] {
  // What was done with a client of whom nothing is left cannot be taken back or corrected.
  if (row.erased_at !== null) return [];
  if (side === 'receiver') return allowedMoves(progressOf(row), lastMoveOf(row), 'receiver', now);
  return isOutcomeWithheld(row, feedback)
    ? []
    : allowedMoves(senderProgressOf(row), lastMoveOf(row), 'sender', now);
}

/** The version and the last change, as the side was told. */
export const versionOf = (row: ReferralRow, side: Side) =>
  side === 'sender' ? row.sender_version : row.receiver_version;
export const changedAt = (row: ReferralRow, side: Side) =>
  side === 'sender' ? row.sender_updated_at : (row.receiver_updated_at ?? row.updated_at);

export function presentSummary(row: NamedReferralRow, side: Side, feedback: boolean, now: number): Summary {
  const progress = side === 'sender' ? senderProgressOf(row) : progressOf(row);
  return {
    id: row.id,
    version: versionOf(row, side),
    direction: side === 'sender' ? 'sent' : 'received',
    state: progress.state,
    sender: {
      practice_id: row.sender_practice_id,
      name: row.sender_name,
      professional_id: row.sender_professional_id,
    },
    receiver: {
      practice_id: row.receiver_practice_id,
      name: row.receiver_name,
      professional_id: progress.receiver_professional_id,
    },
    partnership_id: row.partnership_id,
    // The receiver need not know where else the client was sent before.
    previous_id: side === 'sender' ? row.previous_id : null,
    service: row.service,
    reason: row.reason as Summary['reason'],
    urgency: row.urgency as Summary['urgency'],
    languages: row.languages,
    client_jurisdiction: row.client_jurisdiction,
    client_city: row.client_city,
    disclose: row.disclose,
    sent_at: toTime(progress.sent_at),
    respond_by: toTime(progress.respond_by),
    answered_at: toTime(progress.answered_at),
    accepted_at: toTime(progress.accepted_at),
    decline_reason: progress.decline_reason as Summary['decline_reason'],
    engaged_at: toTime(progress.engaged_at),
    outcome_at: toTime(progress.outcome_at),
    not_engaged_reason: progress.not_engaged_reason as Summary['not_engaged_reason'],
    completed_at: toTime(progress.completed_at),
    ended_at: toTime(progress.ended_at),
    reached_at: toTime(row.reached_at),
    // What was reached before this was noted had said that it took it.
    reached_confirmed: row.reached_at === null ? null : (row.reached_confirmed ?? true),
    erased_at: toTime(row.erased_at),
    outcome_withheld: side === 'sender' && isOutcomeWithheld(row, feedback),
    allowed_moves: movesOf(row, side, feedback, now),
    created_at: toTime(side === 'sender' ? row.created_at : (row.sent_at ?? row.created_at)),
    updated_at: toTime(changedAt(row, side)),
  };
}

/** Everything about one referral that is in the database. */
export interface ReferralFile {
  readonly row: NamedReferralRow;
  readonly consent: ConsentRow | undefined;
  readonly request: ConsentRequestRow | undefined;
  readonly record: ClientRecordRow | undefined;
  readonly messages: readonly MessageRow[];
  readonly contacts: readonly ContactRow[];
}

const CLIENT_COLUMNS = [
  'identity',
  'contact',
  'reason',
  'background',
  'notes',
  'documents',
] as const satisfies readonly Category[];

function withheldReason(file: ReferralFile, now: number): Whole['client_withheld'] {
  if (file.row.erased_at !== null) return 'erased';
  if (!file.consent || !isActive(file.consent, now)) return 'no_active_consent';
  // What may leave at all stays here only because the endpoint is spared it.
  if (DISCLOSED_STATES.includes(file.row.state)) return 'withheld_categories';
  return isFinal(file.row.state) ? 'referral_ended' : 'not_accepted';
}

const presentRequest = (row: ConsentRequestRow): Whole['consent_request'] => ({
  id: row.id,
  expires_at: toTime(row.expires_at),
  locked: row.names_tried >= NAMES_TRIED_MAX,
  created_at: toTime(row.created_at),
});

/** `disclosed` is what `discloseToReceiver` logged in the same batch; the sender sees what it wrote itself. */
export async function presentReferral(
  file: ReferralFile,
  side: Side,
  disclosed: readonly string[],
  vault: Vault,
  now: number,
  consentUrl: string | null = null,
): Promise<Whole> {
  const { row, consent, record } = file;
  const feedback = allowsFeedback(consent, now);
  const opened = record ? await vault.openReferralVault(row.id, record) : null;
  const mayOpen = (category: string) => side === 'sender' || disclosed.includes(category);

  const client: Record<string, unknown> = {};
  for (const column of CLIENT_COLUMNS) {
    const sealed = record?.[column];
    if (opened && sealed && mayOpen(column))
      client[column] = await opened.open(`client_records.${column}`, sealed);
  }
  const showsClient = Object.keys(client).length > 0;

  const isHidden = (message: MessageRow) =>
    (side === 'receiver' && message.author === 'sender' && !mayOpen('messages')) ||
    (side === 'sender' && message.kind === 'not_engaged_note' && !feedback);
  const messages = await Promise.all(
    file.messages
      .filter((message) => !(side === 'sender' && message.kind === 'not_engaged_note' && !feedback))
      .map(async (message) => ({
        id: message.id,
        kind: message.kind,
        author: message.author,
        text:
          !opened || isHidden(message)
            ? null
            : await opened.open<string>('referral_messages.sealed_text', message.sealed_text, message.id),
        created_at: toTime(message.created_at),
      })),
  );

  // Free text, which might say who the client is.
  const purposes =
    opened && consent && mayOpen('identity')
      ? await opened.open<string[]>('consents.sealed_purposes', consent.sealed_purposes, consent.id)
      : null;
  const isClientDisclosed = side === 'sender' || CLIENT_COLUMNS.some(mayOpen);

  return {
    ...presentSummary(row, side, feedback, now),
    client: showsClient ? (client as Partial<Client>) : null,
    client_withheld: showsClient ? null : withheldReason(file, now),
    disclosed_categories: side === 'receiver' ? (disclosed as Whole['disclosed_categories']) : [],
    redisclosure_notice: (showsClient || disclosed.length > 0) && consent?.part2 ? PART2_NOTICE : null,
    consent: consent ? presentConsent(consent, isClientDisclosed, purposes, now) : null,
    consent_request: side === 'sender' && file.request ? presentRequest(file.request) : null,
    consent_url: consentUrl,
    messages,
    contacts:
      side === 'sender' && !feedback
        ? []
        : file.contacts.map(({ id, kind, occurred_at }) => ({ id, kind, occurred_at: toTime(occurred_at) })),
  };
}
