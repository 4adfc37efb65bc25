/** What each side sees of a referral. The sender sees the outcome as of its last news; the receiver what was disclosed. */
import type * as v from 'valibot';
import type { ConsentRow } from '../consents/consents.repository.ts';
import { allowsFeedback, type Category, isActive, presentConsent } from '../consents/consents.schemas.ts';
import { lockedUntil } from '../consents/name-tries.ts';
import { writePart2Notice } from '../consents/part2.ts';
import type { ConsentRequestRow } from '../consents/requests.repository.ts';
import { toTime } from '../http/fields.ts';
import type { ReferralVault, Vault } from '../platform/vault/vault.ts';
import type { ShownClient } from './client.schemas.ts';
import type { ReferralFile } from './file.ts';
import { isFinal } from './lifecycle.ts';
import type { ExternalIdRow } from './own.repository.ts';
import { openMetadata } from './own.ts';
import type { MessageRow } from './referrals.repository.ts';
import {
  PREVIEW_MEMBERS,
  type Preview,
  type ReferralSchema,
  type ReferralSummarySchema,
} from './referrals.schemas.ts';
import { isDisclosedState, type ToldReferral } from './told.ts';

type Summary = v.InferOutput<typeof ReferralSummarySchema>;
type Whole = v.InferOutput<typeof ReferralSchema>;

export function presentSummary(told: ToldReferral): Summary {
  const { progress, side } = told;
  return {
    id: told.id,
    version: told.version,
    direction: side === 'sender' ? 'sent' : 'received',
    state: progress.state,
    sender: {
      practice_id: told.sender_practice_id,
      name: told.sender_name,
      professional_id: told.sender_professional_id,
    },
    receiver: {
      practice_id: told.receiver_practice_id,
      name: told.receiver_name,
      professional_id: progress.receiver_professional_id,
    },
    partnership_id: told.partnership_id,
    previous_id: told.previous_id,
    choice_id: told.choice_id,
    source: told.source_event_id,
    service: told.service,
    reason: told.reason as Summary['reason'],
    urgency: told.urgency as Summary['urgency'],
    languages: told.languages,
    client_jurisdiction: told.client_jurisdiction,
    client_city: told.client_city,
    disclose: told.disclose,
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
    reached_at: toTime(told.reached_at),
    // What was reached before this was noted had said that it took it.
    reached_confirmed: told.reached_at === null ? null : (told.reached_confirmed ?? true),
    erased_at: toTime(told.erased_at),
    outcome_withheld: told.isOutcomeWithheld,
    allowed_moves: [...told.moves],
    created_at: toTime(told.created_at),
    updated_at: toTime(told.updated_at),
  };
}

/** What a card in a CRM needs: what the receiver may know before it accepts. It names no client. */
export function presentPreview(told: ToldReferral): Preview {
  const summary = presentSummary(told);
  return Object.fromEntries(PREVIEW_MEMBERS.map((member) => [member, summary[member]])) as Preview;
}

export const presentExternalIds = (
  rows: readonly Pick<ExternalIdRow, 'system' | 'external_id'>[],
): Whole['external_ids'] =>
  rows.flatMap(({ system, external_id }) => (external_id === null ? [] : { system, id: external_id }));

/** What the side that the file was opened for keeps of the referral for itself. @param opened null after an erasure */
export async function presentOwn(
  { externalIds, metadata: [kept] }: ReferralFile,
  opened: ReferralVault | null,
): Promise<Pick<Whole, 'external_ids' | 'metadata'>> {
  const metadata = opened && kept ? await openMetadata(opened, kept.sealed_metadata, kept.practice_id) : {};
  return { external_ids: presentExternalIds(externalIds), metadata };
}

const CLIENT_COLUMNS = [
  'identity',
  'contact',
  'reason',
  'background',
  'notes',
  'documents',
  'intake',
] as const satisfies readonly Category[];

function withheldReason(file: ReferralFile, now: number): Whole['client_withheld'] {
  const { told } = file;
  if (told.erased_at !== null) return 'erased';
  if (told.side === 'receiver' && told.isSuspended) return 'practice_suspended';
  if (!file.consent || !isActive(file.consent, now)) return 'no_active_consent';
  // What may leave at all stays here only because the endpoint is spared it.
  if (isDisclosedState(told)) return 'withheld_categories';
  if (isFinal(told.progress.state)) return 'referral_ended';
  return told.sender_status === 'suspended' ? 'sender_suspended' : 'not_accepted';
}

function presentRequest(row: ConsentRequestRow, now: number): Whole['consent_request'] {
  const locked_until = lockedUntil(row.name_tries, now);
  return {
    id: row.id,
    expires_at: toTime(row.expires_at),
    locked: locked_until !== null,
    locked_until: toTime(locked_until),
    names_tried: row.names_tried,
    single_option_reason: row.single_option_reason,
    created_at: toTime(row.created_at),
  };
}

/** What must go along with records of substance-use treatment, wherever something of the client is told. */
export function noticeWith(
  { told, consent }: Pick<ReferralFile, 'told' | 'consent'>,
  purposes: string[] | null,
  isClientDisclosed: boolean,
  isTold: boolean,
): string | null {
  if (!isTold || !consent?.part2) return null;
  return writePart2Notice({
    sender: told.sender_name,
    receiver: told.receiver_name,
    expiresAt: consent.expires_at,
    categories: isClientDisclosed ? consent.categories : null,
    purposes,
  });
}

/**
 * A consent that was given on our page begins for its receiver when the referral is sent with it. To one that the client
 * named second the moment of the answer would say that somebody else was asked first.
 */
const asShown = (consent: ConsentRow, { side, progress }: ToldReferral): ConsentRow =>
  side === 'receiver' && consent.method === 'hosted' && progress.sent_at !== null
    ? { ...consent, granted_at: progress.sent_at }
    : consent;

/** What the receiver wrote after the acceptance. */
const isNews = ({ kind, author }: MessageRow) =>
  author === 'receiver' && (kind === 'not_engaged_note' || kind === 'message');

/** `disclosed` is what `discloseToReceiver` logged in the same batch; the sender sees what it wrote itself. */
export async function presentReferral(
  file: ReferralFile,
  disclosed: readonly string[],
  vault: Vault,
  now: number,
  consentUrl: string | null = null,
): Promise<Whole> {
  const { told, consent, record } = file;
  const { side } = told;
  const feedback = allowsFeedback(consent, now);
  const opened = record ? (file.vault ?? (await vault.openReferralVault(told.id, record))) : null;
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
    (side === 'sender' && isNews(message) && !feedback);
  const messages = await Promise.all(
    file.messages
      .filter((message) => !(side === 'sender' && isNews(message) && !feedback))
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
    ...presentSummary(told),
    ...(await presentOwn(file, opened)),
    client: showsClient ? (client as ShownClient) : null,
    client_withheld: showsClient ? null : withheldReason(file, now),
    disclosed_categories: side === 'receiver' ? (disclosed as Whole['disclosed_categories']) : [],
    redisclosure_notice: noticeWith(file, purposes, isClientDisclosed, showsClient || disclosed.length > 0),
    consent: consent ? presentConsent(asShown(consent, told), isClientDisclosed, purposes, now) : null,
    consent_request: side === 'sender' && file.request ? presentRequest(file.request, now) : null,
    consent_url: consentUrl,
    messages,
    contacts:
      side === 'sender' && !feedback
        ? []
        : file.contacts.map(({ id, kind, occurred_at }) => ({ id, kind, occurred_at: toTime(occurred_at) })),
  };
}
