/** The reasons for a referral that the catalog begins with; tables have a column for each of these. */
export const REASONS = [
  'beyond_scope',
  'specialty_needed',
  'testing_needed',
  'location',
  'capacity',
  'conflict',
  'client_request',
  'other',
] as const;
/** Why a receiver does not take a client on. @schema DeclineReason */
export const DECLINE_REASONS = [
  /** It has no room. */
  'at_capacity',
  /** It does not offer what is needed. */
  'outside_scope',
  /** The client does not meet its conditions. */
  'not_eligible',
  /** It may not work where the client is. */
  'outside_jurisdiction',
  /** It has a conflict of interest. */
  'conflict_of_interest',
  /** What it charges, or the insurance, does not fit. */
  'fee_or_insurance',
  /** It does not work in the way that is needed, such as online. */
  'modality_unavailable',
  /** The client was referred to it already. */
  'duplicate',
  /** Without more information it cannot decide. */
  'missing_information',
  /** Something else; say what in `note`. */
  'other',
] as const;
/** Why a client did not become a client of the receiver. @schema NotEngagedReason */
export const NOT_ENGAGED_REASONS = [
  /** The client could not be reached. */
  'could_not_contact',
  /** The client no longer wanted it. */
  'client_not_interested',
  /** The client did not come. */
  'no_show',
  /** The client chose somebody else. */
  'chose_other',
  /** It cost the client too much. */
  'cost',
  /** It turned out not to fit. */
  'not_suitable_after_assessment',
  /** The receiver could not go on. */
  'recipient_withdrew',
  /** Something else; say what in `note`. */
  'other',
] as const;
/** How soon the client needs an answer. In an emergency do not refer: call. @schema Urgency */
export const URGENCIES = [
  /** In the usual time. */
  'routine',
  /** Sooner than usual. */
  'soon',
  /** As soon as can be. */
  'urgent',
] as const;
/** How a contact with the client went. @schema ContactKind */
export const CONTACT_KINDS = [
  /** Tried, nobody reached. */
  'attempted',
  /** The client was reached. */
  'reached',
  /** An appointment was made. */
  'scheduled',
  /** The client did not come to it. */
  'no_show',
  /** The appointment was cancelled. */
  'appointment_cancelled',
] as const;
/** Why the client is withheld from you. @schema WithheldReason */
export const WITHHELD_REASONS = [
  /** You see who it is when you accept. */
  'not_accepted',
  /** The consent has ended, or does not allow it. */
  'no_active_consent',
  /** The referral has ended. */
  'referral_ended',
  /** The client’s data was erased. */
  'erased',
  /** The endpoint’s `withheld_categories` leave out all that the consent covers. */
  'withheld_categories',
  /** Your practice is suspended. */
  'practice_suspended',
  /** The sender is suspended. */
  'sender_suspended',
] as const;
