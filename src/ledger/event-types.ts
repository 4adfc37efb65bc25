/** Every type of event, what it says, and whether telling the sender of it needs the consent's `feedback` direction. */
export const EVENT_TYPES = {
  'referral.created':
    'The sender recorded a referral that waits for the client’s consent. Told to the sender only.',
  'referral.sent': 'The receiver has the referral to answer.',
  'referral.info_requested': 'The receiver asked the sender something.',
  'referral.info_provided': 'The sender answered.',
  'referral.accepted': 'The receiver takes the client on.',
  'referral.declined': 'The receiver does not take the client on; `reason` says why.',
  'referral.waitlisted': 'The client waits for a place.',
  'referral.contact_recorded': 'The receiver recorded a contact with the client.',
  'referral.engaged': 'The client became a client of the receiver.',
  'referral.not_engaged': 'The client did not become a client of the receiver; `reason` says why.',
  'referral.completed': 'The engagement has ended.',
  'referral.withdrawn': 'The sender took the referral back.',
  'referral.expired': 'Nobody answered in time.',
  'referral.erased':
    'The client’s data was deleted, by the sender or at the end of the retention time; a referral that was open ended with it.',
  'referral.move_undone': 'The receiver undid its last move.',
  'referral.reminder': 'The referral waits for an answer; half or nine tenths of the time have passed.',
  'referral.outcome_due':
    'An outcome is due: 14 days have passed since the acceptance. Told to the receiver only.',
  'referral.outcome_stale':
    '30 days have passed since the acceptance without an outcome. Told to the receiver only.',
  'consent.requested': 'The client is asked for consent on a hosted page. Told to the sender only.',
  'consent.granted': 'The client consented; the referral is sent with that.',
  'consent.denied': 'The client did not consent. Told to the sender only.',
  'consent.revoked': 'The client took the consent back: nothing more is disclosed.',
  'consent.expired': 'The consent has run out: nothing more is disclosed.',
  'partnership.invited': 'A practice invites another one.',
  'partnership.accepted': 'The invitation was accepted: the partnership is active.',
  'partnership.declined': 'The invitation was declined.',
  'partnership.paused': 'One of the two pauses new referrals.',
  'partnership.resumed': 'The pause is over.',
  'partnership.ended': 'One of the two ended the partnership.',
  'credential.verified': 'The operator verified a credential of the practice.',
  'credential.rejected': 'The operator rejected a credential of the practice.',
  'key.created':
    'An API key of the practice was made; `created_by` says whether by the practice itself or by the operator.',
  'key.revoked': 'An API key of the practice was revoked; `revoked_by` says by whom.',
  'practice.suspended': 'The operator suspended the practice.',
  'practice.reinstated': 'The operator reinstated the practice.',
  'practice.renamed': 'The operator agreed to the new name that the practice asked for.',
  'practice.name_rejected':
    'The operator did not agree to the new name that the practice asked for; `name_rejection_reason` of the practice says why.',
  'delivery.exhausted':
    'A webhook was given up: `event_id` names what it told. Told to the owner of the endpoint and, where the event concerned a referral, to the other side, so that no client is forgotten. The event itself stays in the feed.',
  'endpoint.failing': 'A webhook endpoint of yours failed 5 times in a row: it is tried more rarely now.',
  'endpoint.recovered': 'A webhook endpoint of yours that was failing works again.',
  'endpoint.disabled':
    'A webhook endpoint of yours was disabled; `reason` is `owner`, `gone` (it answered 410) or `failing`. Its events are held for 30 days.',
  'endpoint.callback_refused':
    'Your CRM reported an outcome that the referral did not allow: `outcome` is what it meant, `code` says why it was refused. Without `referral_id` the message named several, without `outcome` it said none that there is.',
  'endpoint.ping':
    'Posted only to the endpoint that is pinged, whatever its `event_types`. `purpose` is `test` (its owner asked for it) or `confirmation` (before its first event: answer with 2xx).',
} as const;

export type EventType = keyof typeof EVENT_TYPES;
export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as [EventType, ...EventType[]];

/** Who did what the event tells of. */
export type EventActor = 'sender' | 'receiver' | 'client' | 'inviter' | 'invitee' | 'operator' | 'system';
