import type { components } from './api.ts';

/** Why a request was refused (RFC 9457). `code` says it to programs, `detail` and `errors` to people. */
export type Problem = components['schemas']['Problem'];

/** A refusal, where `dataOf` was asked for the answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Null where something else than the exchange answered. */
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem ? `${problem.code}: ${problem.detail}` : `answered ${status} without a problem`);
    this.status = status;
    this.problem = problem;
  }
}

const isProblem = (error: unknown): error is Problem =>
  typeof error === 'object' && error !== null && 'code' in error && 'detail' in error;

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * What a call was answered with; undefined where that has no body.
 * @throws ProblemError where it was refused
 */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ProblemError(response.status, isProblem(error) ? error : null);
  return data as T;
}
