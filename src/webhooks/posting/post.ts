/** One request to a receiver, mostly a POST: bounded in time and in what is read of the answer. */
import type { AttemptResult } from './schedule.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

export const ATTEMPT_MS_MAX = 15_000;
const ANSWER_BYTES_READ_MAX = 4096;
/** Of an answer of which one member is wanted, wherever in it that stands. */
export const WHOLE_ANSWER_BYTES_MAX = 65_536;
const ANSWER_BYTES_KEPT_MAX = 2048;

export interface PostedAttempt extends AttemptResult {
  readonly duration_ms: number;
  readonly response_excerpt: string | null;
  /** As much of the answer as was asked for; not stored. */
  readonly text?: string;
  /** Of the answer; none of them is stored. */
  readonly headers?: Headers;
  /** False where the receiver took it and does not say what it made of it. */
  readonly confirmed?: boolean;
}

/** Reads the beginning of the answer and leaves the rest: an endless body costs nothing. */
async function readBeginning(response: Response, bytesMax: number): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  try {
    while (length < bytesMax) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      text += decoder.decode(value.subarray(0, bytesMax), { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return text;
}

/** A character has up to four bytes: as many are kept as fit, and none is cut. */
function excerptOf(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(ANSWER_BYTES_KEPT_MAX));
  return text.slice(0, read);
}

export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  {
    method = 'POST' as Method,
    fetcher = fetch,
    clock = Date.now,
    timeoutMs = ATTEMPT_MS_MAX,
    bytesReadMax = ANSWER_BYTES_READ_MAX,
  } = {},
): Promise<PostedAttempt> {
  const startedAt = clock();
  const signal = AbortSignal.timeout(timeoutMs);
  const took = () => Math.max(0, clock() - startedAt);
  try {
    const response = await fetcher(url, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body }),
      redirect: 'manual',
      signal,
    });
    const text = await readBeginning(response, bytesReadMax);
    return {
      status: response.status,
      error: null,
      retryAfter: response.headers.get('Retry-After'),
      duration_ms: took(),
      response_excerpt: excerptOf(text),
      text,
      headers: response.headers,
    };
  } catch {
    return {
      status: null,
      error: signal.aborted ? 'timeout' : 'connection',
      retryAfter: null,
      duration_ms: took(),
      response_excerpt: null,
    };
  }
}
