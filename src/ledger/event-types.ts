/** Every type of event, as one table: what it says, who hears of it, whose act it is, and whether it needs the way back. */

/** Who did what the event tells of. */
export type EventActor = 'sender' | 'receiver' | 'client' | 'inviter' | 'invitee' | 'operator' | 'system';

/** As what a practice hears of an event. `practice`: whom or whose it is; `partner`: the other side of its referral. */
export type Hearer = 'sender' | 'receiver' | 'inviter' | 'invitee' | 'practice' | 'partner';

interface EventRule {
  readonly says: string;
  /** Nobody else. The receiver hears nothing of a referral that was not sent. */
  readonly hears: readonly Hearer[];
  readonly causes: readonly EventActor[];
  /**
   * Whether the sender hears of it only with the consent's `feedback` direction. An acceptance tells an outcome when
   * it ends a wait, an undo when it does not lead back to before the answer.
   */
  readonly needsFeedback?: 'always' | 'where_it_tells_an_outcome' | 'where_the_receiver_does_it';
}

export const EVENTS = {
  'referral.created': {
    says: 'The sender recorded a referral that waits for the client’s consent.',
    hears: ['sender'],
    causes: ['sender'],
  },
  'referral.sent': {
    says: 'The receiver has the referral to answer.',
    hears: ['sender', 'receiver'],
    causes: ['sender', 'client'],
  },
  'referral.info_requested': {
    says: 'The receiver asked the sender something.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
  },
  'referral.info_provided': {
    says: 'The sender answered.',
    hears: ['sender', 'receiver'],
    causes: ['sender'],
  },
  'referral.accepted': {
    says: 'The receiver takes the client on.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
    needsFeedback: 'where_it_tells_an_outcome',
  },
  'referral.declined': {
    says: 'The receiver does not take the client on; `reason` says why.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
  },
  'referral.waitlisted': {
    says: 'The client waits for a place.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
    needsFeedback: 'always',
  },
  'referral.contact_recorded': {
    says: 'The receiver recorded a contact with the client.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
    needsFeedback: 'always',
  },
  'referral.engaged': {
    says: 'The client became a client of the receiver.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
    needsFeedback: 'always',
  },
  'referral.not_engaged': {
    says: 'The client did not become a client of the receiver; `reason` says why.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
    needsFeedback: 'always',
  },
  'referral.completed': {
    says: 'The engagement has ended.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
    needsFeedback: 'always',
  },
  'referral.message_posted': {
    says: 'One side wrote a short message about the client whom both work with: it stands in `messages` of the referral.',
    hears: ['sender', 'receiver'],
    causes: ['sender', 'receiver'],
    needsFeedback: 'where_the_receiver_does_it',
  },
  'referral.plan_changed': {
    says: 'One side added an item to the action plan, changed it or took it out.',
    hears: ['sender', 'receiver'],
    causes: ['sender', 'receiver'],
    needsFeedback: 'where_the_receiver_does_it',
  },
  'referral.withdrawn': {
    says: 'The sender took the referral back; or one of a choice is not asked any more, and `reason` says why: `not_needed`, or the code of what stands in its way.',
    hears: ['sender', 'receiver'],
    causes: ['sender', 'system'],
  },
  'referral.expired': {
    says: 'Nobody answered in time.',
    hears: ['sender', 'receiver'],
    causes: ['system'],
  },
  'referral.erased': {
    says: 'The client’s data was deleted, by the sender or at the end of the retention time; a referral that was open ended with it.',
    hears: ['sender', 'receiver'],
    causes: ['sender', 'system'],
  },
  'referral.move_undone': {
    says: 'The receiver undid its last move.',
    hears: ['sender', 'receiver'],
    causes: ['receiver'],
    needsFeedback: 'where_it_tells_an_outcome',
  },
  'referral.reminder': {
    says: 'The referral waits for an answer; half or nine tenths of the time have passed.',
    hears: ['receiver'],
    causes: ['system'],
  },
  'referral.outcome_due': {
    says: 'An outcome is due: 14 days have passed since the acceptance.',
    hears: ['receiver'],
    causes: ['system'],
  },
  'referral.outcome_stale': {
    says: '30 days have passed since the acceptance without an outcome.',
    hears: ['receiver'],
    causes: ['system'],
  },
  'consent.requested': {
    says: 'The client is asked for consent on a hosted page.',
    hears: ['sender'],
    causes: ['sender'],
  },
  'consent.granted': {
    says: 'The client consented; the referral is sent with that.',
    hears: ['sender'],
    causes: ['client'],
  },
  'consent.denied': {
    says: 'The client did not consent.',
    hears: ['sender'],
    causes: ['client'],
  },
  'consent.revoked': {
    says: 'The client took the consent back: nothing more is disclosed.',
    hears: ['sender', 'receiver'],
    causes: ['client'],
  },
  'consent.expired': {
    says: 'The consent has run out: nothing more is disclosed.',
    hears: ['sender', 'receiver'],
    causes: ['system'],
  },
  'choice.exhausted': {
    says: 'None of the practices that the client named takes the client on, and nobody is asked any more: look for others with the client.',
    hears: ['practice'],
    causes: ['system'],
  },
  'partnership.invited': {
    says: 'A practice invites another one.',
    hears: ['inviter', 'invitee'],
    causes: ['inviter'],
  },
  'partnership.accepted': {
    says: 'The invitation was accepted: the partnership is active.',
    hears: ['inviter', 'invitee'],
    causes: ['invitee'],
  },
  'partnership.declined': {
    says: 'The invitation was declined.',
    hears: ['inviter', 'invitee'],
    causes: ['invitee'],
  },
  'partnership.paused': {
    says: 'One of the two pauses new referrals.',
    hears: ['inviter', 'invitee'],
    causes: ['inviter', 'invitee'],
  },
  'partnership.resumed': {
    says: 'The pause is over.',
    hears: ['inviter', 'invitee'],
    causes: ['inviter', 'invitee'],
  },
  'partnership.ended': {
    says: 'One of the two ended the partnership.',
    hears: ['inviter', 'invitee'],
    causes: ['inviter', 'invitee'],
  },
  'partnership.updated': {
    says: 'One of the two changed what both agreed in, or whether it wants the other’s newsletter: `changed` names it.',
    hears: ['inviter', 'invitee'],
    causes: ['inviter', 'invitee'],
  },
  'partnership.attested': {
    says: 'One of the two attested that the partnership is not exclusive and that nothing of value is given for a referral.',
    hears: ['inviter', 'invitee'],
    causes: ['inviter', 'invitee'],
  },
  'partnership.thanked': {
    says: 'One of the two thanks the other one (`practice_id`) for what it refers.',
    hears: ['inviter', 'invitee'],
    causes: ['inviter', 'invitee'],
  },
  'partnership.review_due': {
    says: 'The day has come on which you look at a partnership anew (`review_on`): attest again (`POST /v1/partnerships/{partnership_id}/attest`), or end it.',
    hears: ['practice'],
    causes: ['system'],
  },
  'prepared_referral.ready': {
    says: 'The colleague whom you invited takes part: what you prepared for her can be sent.',
    hears: ['practice'],
    causes: ['system'],
  },
  'prepared_referral.stranded': {
    says: 'Nobody comes by the invitation for which you prepared a referral: send it to another practice, or discard it.',
    hears: ['practice'],
    causes: ['system'],
  },
  'prepared_referral.expired': {
    says: 'What you prepared was not sent within 90 days, and is deleted.',
    hears: ['practice'],
    causes: ['system'],
  },
  'joint_event.planned': {
    says: 'A partner holds a joint event with you: you are one of its hosts.',
    hears: ['practice'],
    causes: ['inviter'],
  },
  'joint_event.changed': {
    says: 'A joint event of yours was changed or cancelled, or another host left it: `changed` says what.',
    hears: ['practice'],
    causes: ['inviter'],
  },
  'credential.verified': {
    says: 'A credential of the practice was verified: by the operator, or by its board’s roster.',
    hears: ['practice'],
    causes: ['operator', 'system'],
  },
  'credential.rejected': {
    says: 'The operator rejected a credential of the practice.',
    hears: ['practice'],
    causes: ['operator', 'system'],
  },
  'credential.suspended': {
    says: 'A verified credential of the practice no longer counts; `reason` is `lapsed`, `disciplined` or `unlisted` where its board’s roster says so, else `operator`. New referrals stop with it, open ones stay readable.',
    hears: ['practice'],
    causes: ['operator', 'system'],
  },
  'credential.expiring': {
    says: 'A verified credential of the practice ends in `days_left` days (60, 30 or 7) at most: hand in the renewed one.',
    hears: ['practice'],
    causes: ['system'],
  },
  'credential.expired': {
    says: 'A verified credential of the practice has ended: new referrals stop with it, open ones stay readable.',
    hears: ['practice'],
    causes: ['system'],
  },
  'key.created': {
    says: 'An API key of the practice was made; `created_by` says whether by the practice itself or by the operator.',
    hears: ['practice'],
    causes: ['operator', 'system'],
  },
  'key.revoked': {
    says: 'An API key of the practice was revoked; `revoked_by` says by whom.',
    hears: ['practice'],
    causes: ['operator', 'system'],
  },
  'practice.suspended': {
    says: 'The operator suspended the practice.',
    hears: ['practice'],
    causes: ['operator'],
  },
  'practice.reinstated': {
    says: 'The operator reinstated the practice.',
    hears: ['practice'],
    causes: ['operator'],
  },
  'practice.renamed': {
    says: 'The operator agreed to the new name that the practice asked for.',
    hears: ['practice'],
    causes: ['operator'],
  },
  'practice.name_rejected': {
    says: 'The operator did not agree to the new name that the practice asked for; `name_rejection_reason` of the practice says why.',
    hears: ['practice'],
    causes: ['operator'],
  },
  'practice.capacity_due': {
    says: 'You said your `capacity` 30 days ago or longer: confirm it (`POST /v1/practice/confirm-capacity`, or by a person at `capacity_url`, good for 30 days) or change it.',
    hears: ['practice'],
    causes: ['system'],
  },
  'report.ready': {
    says: 'A month is over in your time zone: what was given and received in it, and a link to its page, good for 40 days.',
    hears: ['practice'],
    causes: ['system'],
  },
  'delivery.exhausted': {
    says: 'A webhook was given up: `event_id` names what it told. Told to the owner of the endpoint and, where the event concerned a referral, to the other side, so that no client is forgotten. `reason` is `record_refused` where your receiver refused this one record: its delivery says why, and what to do. The event itself stays in the feed.',
    hears: ['practice', 'partner'],
    causes: ['system'],
  },
  'endpoint.failing': {
    says: 'A webhook endpoint of yours failed 5 times in a row: it is tried more rarely now.',
    hears: ['practice'],
    causes: ['system'],
  },
  'endpoint.recovered': {
    says: 'A webhook endpoint of yours that was failing works again.',
    hears: ['practice'],
    causes: ['system'],
  },
  'endpoint.disabled': {
    says: 'A webhook endpoint of yours was disabled; `reason` is `owner`, `gone` (it answered 410) or `failing`. Its events are held for 30 days.',
    hears: ['practice'],
    causes: ['system'],
  },
  'endpoint.callback_refused': {
    says: 'Your CRM reported an outcome that the referral did not allow: `outcome` is what it meant, `code` says why it was refused. Without `referral_id` the message named several, without `outcome` it said none that there is.',
    hears: ['practice'],
    causes: ['system'],
  },
  'endpoint.ping': {
    says: 'Posted only to the endpoint that is pinged, whatever its `event_types`. `purpose` is `test` (its owner asked for it) or `confirmation` (before its first event: answer with 2xx).',
    hears: [],
    causes: ['system'],
  },
} as const satisfies Record<string, EventRule>;

export type EventType = keyof typeof EVENTS;
/** What happened. @schema EventType */
export const EVENT_TYPE_NAMES = Object.keys(EVENTS) as [EventType, ...EventType[]];

export type HearerOf<T extends EventType> = (typeof EVENTS)[T]['hears'][number];
export type CauseOf<T extends EventType> = (typeof EVENTS)[T]['causes'][number];

export const ruleOf = (type: EventType): EventRule => EVENTS[type];

/** What it says and, where it is not both sides, who hears of it: for the documents. */
export function describeEvent(type: EventType): string {
  const { says, hears } = ruleOf(type);
  const [only, ...others] = hears;
  const isOfOneSide = others.length === 0 && (only === 'sender' || only === 'receiver');
  return isOfOneSide ? `${says} Told to the ${only} only.` : says;
}
