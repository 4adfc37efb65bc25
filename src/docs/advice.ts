/** What to do next, for each problem code: its page in the documentation. Not in the Worker. */
import type { ProblemCode } from '../platform/problem.ts';

export const ADVICE: Readonly<Record<ProblemCode, string>> = {
  malformed_json: 'Send UTF-8 encoded JSON. The detail says what could not be read.',
  invalid_cursor:
    'Pass `next_cursor` from the page before unchanged, with the same filters, or leave `cursor` out to begin anew. For the event feed, pass the id of an event that you received.',
  missing_key: 'Send `Authorization: Bearer rx_…` with every request.',
  invalid_key:
    'The key is mistyped, was cut off, or never existed here. Check that the whole key was copied.',
  revoked_key: 'Use another key of your practice, or ask the operator to issue one.',
  expired_key: 'Create a new key before the old one expires; the operator can issue one when none is left.',
  unverified_caller:
    'The endpoint’s `callback.caller` says how your CRM proves who it is: by HubSpot’s v3 signature, not older than 5 minutes, or by the user name and password of Pipedrive’s webhook. Compare the secret on both sides.',
  insufficient_scope: 'Use a key with the scope that the detail names.',
  wrong_key_kind:
    'Operator keys belong to no practice and practice keys cannot operate the network. Use a key of the kind that the detail names.',
  practice_suspended:
    'Open referrals can be finished and what is yours stays readable; nothing new leaves or is made. Ask the operator why, and to reinstate the practice.',
  practice_not_verified:
    'A professional of your practice needs each credential that their profession `requires` and `also_requires` (`GET /v1/catalog`), verified and unexpired (`GET /v1/professionals`); a licensed receiver needs a licence for the client’s jurisdiction.',
  verbal_consent_not_allowed:
    'Obtain written or electronic consent, or ask the operator to allow verbal consent for your practice.',
  sender_only: 'The practice that sent the referral answers for its client’s data. Ask it.',
  not_found: 'There is nothing at this address that your key may see. Check the id.',
  unknown_path:
    'The address itself is not one of ours, whoever asks: compare it with the paths of the reference.',
  method_not_allowed: 'Use one of the methods in the `Allow` header.',
  illegal_transition:
    '`state` is the state now and `allowed_moves` what you may do. Read the referral again before you decide.',
  outcome_withheld:
    'The consent does not let the receiver’s news reach the sender, so the sender has no further move after acceptance. Contact the receiver.',
  invalid_state: '`state` is the state now and `allowed_moves` what you may do.',
  partnership_exists: 'Use the partnership that the detail names; a new one can be made when it has ended.',
  no_active_partnership: 'Invite the practice and wait for its acceptance, or resume the partnership.',
  receiver_not_eligible:
    'The receiving practice is suspended, or none of its professionals holds all that their profession requires, verified and unexpired, for the client’s jurisdiction. Choose another practice from the directory.',
  sender_not_eligible:
    'What you have not accepted yet stays undisclosed while the sending practice is suspended. Decline it, or accept it when the practice was reinstated.',
  receiver_not_accepting: 'Choose another practice from the directory, or wait until its capacity changes.',
  service_not_offered:
    'The receiver lists other services and assessments: see `offered`. Name one of them in `service`, or send `outside_offer: true` if you agreed on this one.',
  duplicate_referral:
    'An earlier referral of the same client to the same practice is open: see `referral_id`. Send `allow_duplicate: true` if this one is meant.',
  consent_not_active:
    'The client’s consent expired or was revoked, so nothing may be disclosed. The sender needs a new consent, on a new referral.',
  conflict: 'Read the resource again and repeat the request if it still applies.',
  ping_failed:
    'An endpoint is enabled again when it answers a signed `endpoint.ping` with 2xx: `ping` says how it answered. Repair the receiver, or give the endpoint its new URL first.',
  limit_reached: 'Remove one before you add another.',
  version_mismatch: '`If-Match` names an older version. Read the resource again and use its `ETag`.',
  body_too_large: 'Send at most 64 KB.',
  unsupported_media_type: 'Send `Content-Type: application/json`.',
  invalid_input:
    '`errors` lists every fault with a JSON pointer to the member (or the name of the parameter).',
  idempotency_key_reused:
    'Use a new key for each new request, and the same key only to repeat the same request.',
  quota_reached: '`available_at` says when it is possible again, `Retry-After` the same in seconds.',
  rate_limited: 'Wait for the number of seconds in `Retry-After`.',
  internal: 'Repeat the request with the same `Idempotency-Key`. If it stays, tell us the `X-Request-Id`.',
  unavailable:
    'Repeat the request after `Retry-After`, with the same `Idempotency-Key` if it has one. The detail says whether something was changed.',
  busy: 'Others changed the same referral at the same time. Repeat the request after `Retry-After`.',
};
