/** Everything that is held about the client of one referral, as far as the sender may know it. */
import * as v from 'valibot';
import type { ConsentRow } from '../consents/consents.repository.ts';
import { EventSchema, toEnvelope } from '../events/envelope.ts';
import { timeOut, toTime } from '../http/fields.ts';
import type { PracticeRequest, Reply } from '../http/operation.ts';
import { many } from '../platform/db/plan.ts';
import type { Vault } from '../platform/vault/vault.ts';
import { choiceOf, selectMembers } from '../referrals/choice/choice.repository.ts';
import { ChoiceSchema } from '../referrals/choice/choice.schemas.ts';
import { presentChoice, requireMembers } from '../referrals/choice/choice.view.ts';
import { filePlan } from '../referrals/file.ts';
import { selectPlanItems } from '../referrals/plan/plan.repository.ts';
import { PlanItemSchema } from '../referrals/plan/plan.schemas.ts';
import { isReadable, presentItem } from '../referrals/plan/plan.ts';
import type { ClientRecordRow } from '../referrals/referrals.repository.ts';
import { ReferralSchema } from '../referrals/referrals.schemas.ts';
import { presentReferral } from '../referrals/referrals.view.ts';
import { authorOf } from '../referrals/show.ts';
import { selectShownDisclosures, selectToldEvents } from './disclosures.repository.ts';
import { DisclosureSchema, presentDisclosure } from './disclosures.routes.ts';
import { requireSenderFile } from './parties.ts';

const DISCLOSURES_MAX = 10_000;

const SignatureSchema = v.object({
  /** The name of who signed. */
  signed_by: v.string(),
  /** On what authority, where somebody signed for the client. */
  representative_authority: v.optional(v.string()),
  /** Where the proof is: of a written or electronic consent. */
  reference: v.optional(v.string()),
  /** Who heard a spoken one. */
  heard_by: v.optional(v.string()),
});

/** Everything that is held about the client of one referral. @schema ReferralExport */
export const ReferralExportSchema = v.object({
  /** When this was put together. */
  exported_at: timeOut,
  /** What of the client is still here. Empty after an erasure. */
  held: v.array(
    v.picklist([
      /** The client’s data. */
      'client',
      /** The city. */
      'client_city',
      /** Who signed the consent. */
      'consent_signature',
      /** Questions, answers, notes and short messages. */
      'messages',
      /** Contacts with the client. */
      'contacts',
      /** The action plan. */
      'plan',
      /** Ids of your own systems. */
      'external_ids',
      /** What you keep of the referral for your own programs. */
      'metadata',
    ]),
  ),
  /** The referral with the client. */
  referral: ReferralSchema,
  /** Who signed; null where there is no consent, or it is erased. */
  consent_signature: v.nullable(SignatureSchema),
  /** The exact text that the client was shown on our page. */
  consent_text: v.nullable(v.string()),
  /** Its SHA-256, in hex: it stays after an erasure. */
  consent_text_sha256: v.nullable(v.string()),
  /** The language of the text (BCP 47). */
  consent_language: v.nullable(v.string()),
  /** The version of the notice. */
  consent_notice_version: v.nullable(v.string()),
  /** What the two sides have agreed to do, as far as it may reach you. */
  plan: v.array(PlanItemSchema),
  /** The choice that it belongs to, and the way that it took; null where the client was offered one practice. */
  choice: v.nullable(ChoiceSchema),
  /** What left to the receiver, newest first; at most 10,000. */
  disclosures: v.array(DisclosureSchema),
  /** What happened, as you were told it. */
  events: v.array(EventSchema),
});

type Export = v.InferOutput<typeof ReferralExportSchema>;

async function openConsent(
  vault: Vault,
  consent: ConsentRow | undefined,
  record: ClientRecordRow | undefined,
) {
  const opened = record && (await vault.openReferralVault(record.referral_id, record));
  const open = async <T>(column: 'sealed_signature' | 'sealed_text') => {
    const sealed = consent?.[column];
    return opened && consent && sealed ? opened.open<T>(`consents.${column}`, sealed, consent.id) : null;
  };
  return {
    consent_signature: await open<v.InferOutput<typeof SignatureSchema>>('sealed_signature'),
    consent_text: await open<string>('sealed_text'),
    consent_text_sha256: consent?.text_hash ?? null,
    consent_language: consent?.language ?? null,
    consent_notice_version: consent?.notice_version ?? null,
  };
}

function listHeld({
  referral,
  consent_signature,
  plan,
}: Pick<Export, 'referral' | 'consent_signature' | 'plan'>): Export['held'] {
  const held = {
    client: referral.client !== null,
    client_city: referral.client_city !== null,
    consent_signature: consent_signature !== null,
    messages: referral.messages.length > 0,
    contacts: referral.contacts.length > 0,
    plan: plan.length > 0,
    external_ids: referral.external_ids.length > 0,
    metadata: Object.keys(referral.metadata).length > 0,
  };
  return (Object.keys(held) as (keyof typeof held)[]).filter((name) => held[name]);
}

export async function exportReferral(
  request: PracticeRequest<unknown, unknown, 'referral_id'>,
): Promise<Reply> {
  const { database, vault, settings, now } = request.exchange;
  const referralId = request.params.referral_id;
  const author = authorOf(request);
  const { query } = database;
  const { rows, items, disclosures, members, events } = await database.read({
    rows: filePlan(query, referralId, author.practiceId),
    items: many(selectPlanItems(query, referralId)),
    disclosures: many(selectShownDisclosures(query, referralId, 'sender', now, DISCLOSURES_MAX)),
    members: many(selectMembers(query, choiceOf(referralId))),
    events: many(selectToldEvents(query, referralId, author.practiceId, now)),
  });
  const file = requireSenderFile(rows, author, now);
  const { consent, record } = file;
  const referral = await presentReferral(file, [], vault, now);
  const signed = await openConsent(vault, consent, record);
  const opened = record && (await vault.openReferralVault(record.referral_id, record));
  const readable = items.filter((item) => isReadable(file, item, false, now));
  const plan = opened ? await Promise.all(readable.map((item) => presentItem(item, opened))) : [];
  const body: Export = {
    exported_at: toTime(now),
    held: listHeld({ referral, plan, ...signed }),
    referral,
    ...signed,
    plan,
    choice: members.length === 0 ? null : presentChoice(requireMembers(members, author.practiceId, now)),
    disclosures: disclosures.map(presentDisclosure),
    events: events
      .filter(({ tellable }) => tellable)
      .map((event) => toEnvelope(event, settings.publicOrigin)),
  };
  return { status: 200, body };
}
