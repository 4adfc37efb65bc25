/** Errors as RFC 9457 problem details, from one registry of codes. Each code has a page at `/docs/problems/<code>`, with
 * what to do next from `docs/advice.ts`: the Worker does not need it. */

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

const define = <T extends Record<string, ProblemKind>>(kinds: T) => kinds;

export const PROBLEMS = define({
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
  },
  invalid_cursor: {
    status: 400,
    title: 'The cursor is not one of ours',
  },
  missing_key: {
    status: 401,
    title: 'No API key',
  },
  invalid_key: {
    status: 401,
    title: 'Unknown API key',
  },
  revoked_key: {
    status: 401,
    title: 'Revoked API key',
  },
  expired_key: {
    status: 401,
    title: 'Expired API key',
  },
  unverified_caller: {
    status: 401,
    title: 'The caller is not who it should be',
  },
  insufficient_scope: {
    status: 403,
    title: 'The key lacks a scope',
  },
  wrong_key_kind: {
    status: 403,
    title: 'The wrong kind of key',
  },
  practice_suspended: {
    status: 403,
    title: 'Your practice is suspended',
  },
  practice_not_verified: {
    status: 403,
    title: 'Your practice has no verified professional',
  },
  verbal_consent_not_allowed: {
    status: 403,
    title: 'Verbal consent is not allowed here',
  },
  sender_only: {
    status: 403,
    title: 'Only the sender may do this',
  },
  not_found: {
    status: 404,
    title: 'Not found',
  },
  unknown_path: {
    status: 404,
    title: 'No such path',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
  },
  illegal_transition: {
    status: 409,
    title: 'The referral does not allow this move now',
  },
  outcome_withheld: {
    status: 409,
    title: 'The client allowed no way back',
  },
  invalid_state: {
    status: 409,
    title: 'Not possible in this state',
  },
  partnership_exists: {
    status: 409,
    title: 'There is a partnership already',
  },
  no_active_partnership: {
    status: 409,
    title: 'No active partnership',
  },
  receiver_not_eligible: {
    status: 409,
    title: 'The receiver may not receive this referral now',
  },
  sender_not_eligible: {
    status: 409,
    title: 'The sender is suspended',
  },
  receiver_not_accepting: {
    status: 409,
    title: 'The receiver takes no clients now',
  },
  service_not_offered: {
    status: 409,
    title: 'The receiver does not offer this service',
  },
  duplicate_referral: {
    status: 409,
    title: 'This client is already referred there',
  },
  consent_not_active: {
    status: 409,
    title: 'No active consent',
  },
  conflict: {
    status: 409,
    title: 'Changed by somebody else meanwhile',
  },
  ping_failed: {
    status: 409,
    title: 'The test was not answered with success',
  },
  limit_reached: { status: 409, title: 'Too many of these' },
  version_mismatch: {
    status: 412,
    title: 'The resource has changed',
  },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: {
    status: 415,
    title: 'Not JSON',
  },
  invalid_input: {
    status: 422,
    title: 'The input is not valid',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
  },
  quota_reached: {
    status: 429,
    title: 'Too many of these in this time',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
  },
  internal: {
    status: 500,
    title: 'A fault of ours',
  },
  unavailable: {
    status: 503,
    title: 'Not available at the moment',
  },
  busy: {
    status: 503,
    title: 'Busy',
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

/** What somebody may do instead, as the end of a sentence. */
export const sayMoves = (moves: readonly string[]) =>
  moves.length === 0 ? 'your side has no move in it now' : `your moves are ${moves.join(', ')}`;

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
