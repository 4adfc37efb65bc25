/** A signed test of an endpoint's address: for its owner, who waits for it, and before the first event. */

import { toEnvelope } from '../../events/envelope.ts';
import { toTime } from '../../http/fields.ts';
import type { Exchange } from '../../http/operation.ts';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { confirmAddress, type EndpointRow } from '../endpoints/endpoints.repository.ts';
import { type Ping, presentPing } from '../endpoints/endpoints.schemas.ts';
import { type Format, START } from '../formats/format.ts';
import { openFormatSettings } from '../formats/format-settings.ts';
import { type FormatName, type FormatSettings, formatOf, STEPS_MAX } from '../formats/formats.ts';
import type { FormatInput } from '../formats/input.ts';
import { postMessage, type Target } from '../posting/attempt.ts';
import type { PostingContext } from '../posting/context.ts';
import type { PostedAttempt } from '../posting/post.ts';
import { isDelivered } from '../posting/schedule.ts';
import type { DispatchRow } from './deliveries.repository.ts';
import { targetOf } from './formatted.ts';

export const isSigned = ({ format }: Pick<EndpointRow, 'format'>) => formatOf(format as FormatName).signed;

/** False for a receiver that would make a lead of the test like any other. */
export function canBePinged({ format }: Pick<EndpointRow, 'format'>): boolean {
  const { signed, isTestable } = formatOf(format as FormatName);
  return signed || isTestable === true;
}

type Pinged = Target & Pick<EndpointRow, 'format' | 'format_settings' | 'sealed_format_settings'>;

/** A record that says that it is a test, by as many requests as one takes. Nothing of it is remembered. */
async function postTest(
  target: Target,
  id: string,
  format: Format,
  { input, settings }: { readonly input: FormatInput; readonly settings: FormatSettings },
  context: PostingContext,
  now: number,
): Promise<PostedAttempt> {
  let progress = START;
  for (let step = 0; ; step += 1) {
    const made = format.request(input, settings, progress);
    const message = { id, ...made, isSigned: false, readsWhole: true };
    const result = await postMessage(target, message, context, now);
    if (result.status === null) return result;
    const { status, response_excerpt, text = '', headers = new Headers() } = result;
    const answer = { status, excerpt: response_excerpt ?? '', text, headers };
    const reading = format.read(answer, progress, settings, input);
    if (reading.outcome !== 'continue' || step >= STEPS_MAX) {
      const detail = 'detail' in reading ? reading.detail : null;
      // Nothing of a client was sent that it could quote.
      const said = 'said' in reading && reading.said !== null ? `. It says: “${reading.said}”` : '';
      const response_excerpt = detail && detail + said;
      return { ...result, response_excerpt, taken: reading.outcome === 'delivered' };
    }
    progress = {
      ...progress,
      seen: { ...progress.seen, ...reading.seen },
      record: reading.record ?? progress.record,
      session: reading.session?.value ?? progress.session,
    };
  }
}

/** @param purpose told to the receiver: a test is wanted by a person, a confirmation comes before the first event */
async function postPing(
  target: Pinged,
  purpose: 'test' | 'confirmation',
  context: PostingContext,
  now: number,
): Promise<PostedAttempt & { readonly id: string }> {
  const id = newId('event');
  const event = {
    id,
    type: 'endpoint.ping',
    actor: 'system',
    data: { endpoint_id: target.id, purpose },
    occurred_at: now,
    sequence: null,
  };
  // As every other event: a receiver that is strict about its format is so about a test, too.
  const origin = context.settings.publicOrigin;
  const input = { envelope: toEnvelope(event, origin), referral: null, url: target.url, origin };
  const settings = await openFormatSettings(target, context);
  const format = formatOf(target.format as FormatName);
  if (format.isTestable)
    return { id, ...(await postTest(target, id, format, { input, settings }, context, now)) };
  const made = format.request(input, settings, START);
  return { id, ...(await postMessage(target, { id, ...made }, context, now)) };
}

export async function ping(row: EndpointRow, { vault, settings, now }: Exchange): Promise<Ping> {
  const result = await postPing(row, 'test', { vault, settings }, now);
  const { id, status, error, duration_ms, response_excerpt } = result;
  return presentPing({
    id,
    pinged_at: toTime(now),
    succeeded: isDelivered(result),
    status,
    error,
    duration_ms,
    response_excerpt,
  });
}

/**
 * Events go only where somebody answers for them: an address that never answered a ping is sent one first, so that an
 * endpoint on somebody else's host is no way to post to them, and shows them nothing.
 * @returns what the attempt came to where it does not answer; null where it does, now or before
 */
export async function confirm(
  row: DispatchRow,
  context: PostingContext & { readonly database: Database },
  now: number,
): Promise<PostedAttempt | null> {
  if (row.confirmed_at !== null) return null;
  const result = await postPing(targetOf(row), 'confirmation', context, now);
  if (!isDelivered(result)) return { ...result, error: result.error ?? 'unconfirmed' };
  const { database } = context;
  await database.batch([confirmAddress(database.query, row.endpoint_id, row.url, now)]);
  return null;
}
