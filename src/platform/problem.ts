/** Errors as RFC 9457 problem details, from one registry of codes. Each code has a page at `/docs/problems/<code>`. */

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What to do next; the page of the code in the docs. */
  readonly advice: string;
}

const define = <T extends Record<string, ProblemKind>>(kinds: T) => kinds;

export const PROBLEMS = define({
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    advice: 'Send UTF-8 encoded JSON. The detail says what could not be read.',
  },
  invalid_cursor: {
    status: 400,
    title: 'The cursor is not one of ours',
    advice:
      'Pass `next_cursor` from the page before unchanged, with the same filters, or leave `cursor` out to begin anew. For the event feed, pass the id of an event that you received.',
  },
  missing_key: {
    status: 401,
    title: 'No API key',
    advice: 'Send `Authorization: Bearer rx_…` with every request.',
  },
  invalid_key: {
    status: 401,
    title: 'Unknown API key',
    advice: 'The key is mistyped, was cut off, or never existed here. Check that the whole key was copied.',
  },
  revoked_key: {
    status: 401,
    title: 'Revoked API key',
    advice: 'Use another key of your practice, or ask the operator to issue one.',
  },
  expired_key: {
    status: 401,
    title: 'Expired API key',
    advice: 'Create a new key before the old one expires; the operator can issue one when none is left.',
  },
  unverified_caller: {
    status: 401,
    title: 'The caller is not who it should be',
    advice:
      'The endpoint’s `callback.caller` says how your CRM proves who it is: by HubSpot’s v3 signature, not older than 5 minutes, or by the user name and password of Pipedrive’s webhook. Compare the secret on both sides.',
  },
  insufficient_scope: {
    status: 403,
    title: 'The key lacks a scope',
    advice: 'Use a key with the scope that the detail names.',
  },
  wrong_key_kind: {
    status: 403,
    title: 'The wrong kind of key',
    advice:
      'Operator keys belong to no practice and practice keys cannot operate the network. Use a key of the kind that the detail names.',
  },
  practice_suspended: {
    status: 403,
    title: 'Your practice is suspended',
    advice:
      'Open referrals can be finished and what is yours stays readable; nothing new leaves or is made (docs/suspension.md has the whole table). Ask the operator why, and to reinstate the practice.',
  },
  practice_not_verified: {
    status: 403,
    title: 'Your practice has no verified professional',
    advice:
      'A professional of your practice needs a verified, unexpired credential that their profession requires (see `GET /v1/professionals`); a licensed receiver needs a licence for the client’s jurisdiction.',
  },
  verbal_consent_not_allowed: {
    status: 403,
    title: 'Verbal consent is not allowed here',
    advice:
      'Obtain written or electronic consent, or ask the operator to allow verbal consent for your practice.',
  },
  sender_only: {
    status: 403,
    title: 'Only the sender may do this',
    advice: 'The practice that sent the referral answers for its client’s data. Ask it.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    advice: 'There is nothing at this address that your key may see. Check the id.',
  },
  unknown_path: {
    status: 404,
    title: 'No such path',
    advice:
      'The address itself is not one of ours, whoever asks: compare it with the paths of the reference.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    advice: 'Use one of the methods in the `Allow` header.',
  },
  illegal_transition: {
    status: 409,
    title: 'The referral does not allow this move now',
    advice:
      '`state` is the state now and `allowed_moves` what you may do. Read the referral again before you decide.',
  },
  outcome_withheld: {
    status: 409,
    title: 'The client allowed no way back',
    advice:
      'The consent does not let the receiver’s news reach the sender, so the sender has no further move after acceptance. Contact the receiver.',
  },
  invalid_state: {
    status: 409,
    title: 'Not possible in this state',
    advice: '`state` is the state now and `allowed_moves` what you may do.',
  },
  partnership_exists: {
    status: 409,
    title: 'There is a partnership already',
    advice: 'Use the partnership that the detail names; a new one can be made when it has ended.',
  },
  no_active_partnership: {
    status: 409,
    title: 'No active partnership',
    advice: 'Invite the practice and wait for its acceptance, or resume the partnership.',
  },
  receiver_not_eligible: {
    status: 409,
    title: 'The receiver may not receive this referral now',
    advice:
      'The receiving practice is suspended, or none of its professionals holds a verified, unexpired credential that covers the client’s jurisdiction. Choose another practice from the directory.',
  },
  sender_not_eligible: {
    status: 409,
    title: 'The sender is suspended',
    advice:
      'What you have not accepted yet stays undisclosed while the sending practice is suspended. Decline it, or accept it when the practice was reinstated.',
  },
  receiver_not_accepting: {
    status: 409,
    title: 'The receiver takes no clients now',
    advice: 'Choose another practice from the directory, or wait until its capacity changes.',
  },
  service_not_offered: {
    status: 409,
    title: 'The receiver does not offer this service',
    advice:
      'The receiver lists other services and assessments: see `offered`. Name one of them in `service`, or send `outside_offer: true` if you agreed on this one.',
  },
  duplicate_referral: {
    status: 409,
    title: 'This client is already referred there',
    advice:
      'An earlier referral of the same client to the same practice is open: see `referral_id`. Send `allow_duplicate: true` if this one is meant.',
  },
  consent_not_active: {
    status: 409,
    title: 'No active consent',
    advice:
      'The client’s consent expired or was revoked, so nothing may be disclosed. The sender needs a new consent, on a new referral.',
  },
  conflict: {
    status: 409,
    title: 'Changed by somebody else meanwhile',
    advice: 'Read the resource again and repeat the request if it still applies.',
  },
  ping_failed: {
    status: 409,
    title: 'The test was not answered with success',
    advice:
      'An endpoint is enabled again when it answers a signed `endpoint.ping` with 2xx: `ping` says how it answered. Repair the receiver, or give the endpoint its new URL first.',
  },
  limit_reached: { status: 409, title: 'Too many of these', advice: 'Remove one before you add another.' },
  version_mismatch: {
    status: 412,
    title: 'The resource has changed',
    advice: '`If-Match` names an older version. Read the resource again and use its `ETag`.',
  },
  body_too_large: { status: 413, title: 'The body is too large', advice: 'Send at most 64 KB.' },
  unsupported_media_type: {
    status: 415,
    title: 'Not JSON',
    advice: 'Send `Content-Type: application/json`.',
  },
  invalid_input: {
    status: 422,
    title: 'The input is not valid',
    advice: '`errors` lists every fault with a JSON pointer to the member (or the name of the parameter).',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    advice: 'Use a new key for each new request, and the same key only to repeat the same request.',
  },
  quota_reached: {
    status: 429,
    title: 'Too many of these in this time',
    advice: '`available_at` says when it is possible again, `Retry-After` the same in seconds.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    advice: 'Wait for the number of seconds in `Retry-After`.',
  },
  internal: {
    status: 500,
    title: 'A fault of ours',
    advice: 'Repeat the request with the same `Idempotency-Key`. If it stays, tell us the `X-Request-Id`.',
  },
  unavailable: {
    status: 503,
    title: 'Not available at the moment',
    advice:
      'Repeat the request after `Retry-After`, with the same `Idempotency-Key` if it has one. The detail says whether something was changed.',
  },
  busy: {
    status: 503,
    title: 'Busy',
    advice: 'Others changed the same referral at the same time. Repeat the request after `Retry-After`.',
  },
});

export type ProblemCode = keyof typeof PROBLEMS;

export interface InputFault {
  /** A JSON pointer (RFC 6901) into the body, or the name of a query parameter or header. */
  readonly pointer: string;
  readonly detail: string;
}

/** Thrown anywhere, answered in one place (`answerProblem` in http/). */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    members: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.members = members;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** The same words at every gate that a suspended practice meets. */
export const suspended = (): Problem =>
  new Problem(
    'practice_suspended',
    'The operator suspended your practice: open referrals can be finished, nothing new leaves or is made.',
  );

/** The same words for what is missing and for what belongs to somebody else. */
export function notFound(): Problem {
  return new Problem('not_found', 'There is nothing here that this key may see.');
}

/** What passes by itself, or as soon as the operator has mended it. */
export const unavailable = (detail: string): Problem =>
  new Problem('unavailable', detail, {}, { 'Retry-After': '5' });

export function invalidInput(faults: readonly InputFault[]): Problem {
  const first = faults[0];
  const detail = first ? `${first.pointer || 'The body'}: ${first.detail}` : 'The input is not valid.';
  return new Problem('invalid_input', detail, { errors: faults });
}

export function toProblemResponse(problem: Problem, origin: string, requestId: string): Response {
  const { status, title } = PROBLEMS[problem.code];
  const body = {
    type: `${origin}/docs/problems/${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    request_id: requestId,
    ...problem.members,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...problem.headers },
  });
}
