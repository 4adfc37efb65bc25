/** One attempt in the endpoint's format: as many requests as the format needs, and what their answers mean. */

import { type TellableEvent, toEnvelope } from '../../events/envelope.ts';
import type { Database } from '../../platform/db/database.ts';
import { dropSession, keepSession } from '../endpoints/endpoints.repository.ts';
import type { Kept } from '../formats/format.ts';
import { openSession, sealSession } from '../formats/format-session.ts';
import { openFormatSettings } from '../formats/format-settings.ts';
import { type FormatName, formatOf, isTold, STEPS_MAX } from '../formats/formats.ts';
import { clientTextsIn, type VisibleReferral } from '../formats/input.ts';
import { postMessage } from '../posting/attempt.ts';
import type { PostingContext } from '../posting/context.ts';
import { withoutClient } from '../posting/echo.ts';
import type { PostedAttempt } from '../posting/post.ts';
import { type DispatchRow, keepProgress } from './deliveries.repository.ts';

/** False where the endpoint's format has no place for the event: leads are made of referrals received. */
export function isTellable(row: DispatchRow): boolean {
  const direction =
    row.sender_practice_id === null ? null : row.sender_practice_id === row.practice_id ? 'sent' : 'received';
  return row.tellable === 1 && isTold(row.format as FormatName, row.type, direction);
}

/** The sender's side of a referral has no client in it. */
const toVisible = (referral: object | null): VisibleReferral | null =>
  referral === null
    ? null
    : ({ client: null, client_withheld: null, redisclosure_notice: null, ...referral } as VisibleReferral);

/** The endpoint of a delivery, as what posts to it wants it. */
export const targetOf = (row: DispatchRow) => ({
  ...row,
  id: row.endpoint_id,
  format_settings: JSON.parse(row.format_settings) as Record<string, unknown>,
});

export async function postFormatted(
  row: DispatchRow,
  event: TellableEvent,
  referral: object | null,
  context: PostingContext & { readonly database: Database },
  delivery: { readonly id: string; readonly leaseUntil: number },
  now: number,
): Promise<PostedAttempt> {
  const { database, vault, settings: exchange } = context;
  const format = formatOf(row.format as FormatName);
  const target = targetOf(row);
  const settings = await openFormatSettings(target, context);
  const origin = exchange.publicOrigin;
  const input = { envelope: toEnvelope(event, origin), referral: toVisible(referral), url: row.url, origin };
  let kept = JSON.parse(row.kept) as Kept;
  let session = await openSession(row, vault, now);
  let duration_ms = 0;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const progress = { kept, session: session?.value ?? null };
    const { url, headers, body } = format.request(input, settings, progress);
    const message = { id: row.id, url, headers, body, isSigned: format.signed };
    const result = await postMessage(target, message, context, now);
    duration_ms += result.duration_ms;
    if (result.status === null) return { ...result, duration_ms };
    const reading = format.read(
      { status: result.status, excerpt: result.response_excerpt ?? '' },
      progress,
      settings,
    );
    if (reading.outcome !== 'continue') {
      if ('endSession' in reading && reading.endSession && session)
        await database.batch([dropSession(database.query, row.endpoint_id, session.sealed)]);
      // An answer that repeats what it was sent is client data: only our own words about it are kept.
      const isHidden = format.echoes || ('isSecret' in reading && reading.isSecret);
      const response_excerpt = isHidden
        ? reading.detail
        : withoutClient(result.response_excerpt, clientTextsIn(input.referral));
      const isTaken = reading.outcome === 'delivered';
      if (isTaken && !reading.confirmed)
        return { ...result, duration_ms, response_excerpt: reading.detail, taken: true, confirmed: false };
      return { ...result, duration_ms, response_excerpt, taken: isTaken };
    }
    kept = reading.kept;
    const made = reading.session && (await sealSession(row, reading.session, vault, now));
    session = made ?? session;
    await database.batch([
      keepProgress(database.query, delivery.id, delivery.leaseUntil, { ...kept }),
      ...(made ? [keepSession(database.query, row.endpoint_id, row.endpoint_version, made)] : []),
    ]);
  }
  return {
    status: null,
    error: 'connection',
    retryAfter: null,
    duration_ms,
    response_excerpt: 'too many steps',
  };
}
