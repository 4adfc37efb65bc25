/** What to do about an attempt that failed, in words for the owner of the endpoint. */
import type { AttemptError, AttemptResult } from './schedule.ts';

const OF_ERROR: Readonly<Record<AttemptError, string>> = {
  timeout: 'It did not answer within 15 seconds: answer first, and work afterwards.',
  connection: 'The connection failed: see whether the host is up, and its certificate good.',
  dns: 'The name of the host has no address: correct `url`.',
  destination_refused: 'Its address is private: use one that the internet reaches.',
  signing: 'It could not be signed: rotate the secret.',
  record_refused: 'The CRM refused this record: do what its answer says, then retry the delivery.',
  unconfirmed: 'The `endpoint.ping` before the first event failed, and nothing of the event was posted.',
};

const REFUSED = 'It refused who asks: correct `headers`, or let the sender through its firewall.';
const MISPLACED = 'Nothing takes a POST there: correct the path of `url`.';

const OF_STATUS: Readonly<Record<number, string>> = {
  401: REFUSED,
  403: REFUSED,
  404: MISPLACED,
  405: MISPLACED,
  410: 'It says that it is gone: save a new `url`, then enable the endpoint.',
  429: 'It is asked again later.',
};

function adviceOnStatus(status: number): string {
  if (status >= 300 && status < 400)
    return 'Redirects are not followed: save the address that it names as `url`.';
  if (status >= 500) return 'The receiver failed: look at its log.';
  return OF_STATUS[status] ?? 'The receiver did not take the message: see its answer.';
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
