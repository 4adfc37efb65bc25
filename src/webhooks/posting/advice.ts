/** What to do about an attempt that failed, in words for the owner of the endpoint. */
import type { AttemptError, AttemptResult } from './schedule.ts';

const OF_ERROR: Readonly<Record<AttemptError, string>> = {
  timeout: 'It did not answer within 15 seconds: answer with 2xx first, and work afterwards.',
  connection: 'The connection failed or broke: see whether the host is up, and its certificate good.',
  dns: 'The name of the host has no address: correct `url`.',
  destination_refused: 'Its address is private or may not be posted to: use one that the internet reaches.',
  signing: 'It could not be signed: rotate the secret of the endpoint.',
  record_refused: 'The CRM works and refused this record: do what the answer says, then retry the delivery.',
  unconfirmed:
    'It did not answer the `endpoint.ping` before the first event with 2xx, so nothing of the event was posted.',
};

const REDIRECTED = 'Redirects are not followed: save the address that it names as `url`.';
const REFUSED = 'It refused who asks: correct `headers`, or let the sender through its firewall.';
const MISPLACED = 'Nothing takes a POST there: correct the path of `url`.';

const OF_STATUS: Readonly<Record<number, string>> = {
  401: REFUSED,
  403: REFUSED,
  404: MISPLACED,
  405: MISPLACED,
  410: 'It says that it is gone: save a new `url`, then enable the endpoint.',
  429: 'It was asked too often, and is asked again later.',
};

function adviceOnStatus(status: number): string {
  if (status >= 300 && status < 400) return REDIRECTED;
  if (status >= 500) return 'The receiver failed: look at its log.';
  if (status < 300) return 'It answered, and did not take the message: see its answer.';
  return OF_STATUS[status] ?? 'The receiver refused the message: see its answer.';
}

/** Null for one that was delivered. @param taken whether it was, where that is known: else the status decides */
export function adviceOn(
  { status, error }: Pick<AttemptResult, 'status' | 'error'>,
  taken = status !== null && status >= 200 && status < 300,
): string | null {
  if (taken && error === null) return null;
  const words = [
    ...(error === null ? [] : [OF_ERROR[error]]),
    ...(status === null || error === 'record_refused' ? [] : [adviceOnStatus(status)]),
  ];
  return words.join(' ');
}
