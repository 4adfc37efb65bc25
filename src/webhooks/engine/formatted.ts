/** One attempt in the endpoint's format: as many requests as the format needs, and what their answers mean. */

import type { Label } from '../../catalog/labels.ts';
import { type TellableEvent, toEnvelope } from '../../events/envelope.ts';
import type { Database, Statement } from '../../platform/db/database.ts';
import { keepLearnedId } from '../../referrals/own.repository.ts';
import { dropSession, keepSession } from '../endpoints/endpoints.repository.ts';
import {
  type Conclusion,
  type CrmRecord,
  type Format,
  type Kept,
  type Reading,
  START,
} from '../formats/format.ts';
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

/** The endpoint of a delivery, as what posts to it wants it. */
export const targetOf = (row: DispatchRow) => ({
  ...row,
  id: row.endpoint_id,
  format_settings: JSON.parse(row.format_settings) as Record<string, unknown>,
});

/** Of which the receiver did not come to the last step. */
const unfinished = (error: 'timeout' | 'connection', duration_ms: number): PostedAttempt => ({
  status: null,
  error,
  retryAfter: null,
  duration_ms,
  response_excerpt: null,
});

/** No further request of an attempt begins later, so that the lease outlives the last one. */
const STEPS_MS_MAX = 30_000;

interface AnswerFacts {
  /** It shows the receiver's own record: a client as they were typed there, which no text of ours tells. */
  readonly showsRecord: boolean;
  /** The format's receiver repeats what it was sent. */
  readonly echoes: boolean;
  /** What was sent of the client. */
  readonly texts: readonly string[];
}

/** In words of ours, and the receiver's own where they can hold nothing of a client. */
function wordsOf(reading: Conclusion, { showsRecord, texts }: AnswerFacts): string | null {
  if (reading.outcome !== 'record_refused' || reading.said === null || showsRecord) return reading.detail;
  const isEcho = withoutClient(reading.said, texts) !== reading.said;
  return isEcho ? reading.detail : `${reading.detail}. It says: “${reading.said}”`;
}

/** What an answer that ends the attempt comes to. */
function concluded(result: PostedAttempt, reading: Conclusion, facts: AnswerFacts): PostedAttempt {
  if (reading.outcome === 'record_refused')
    return {
      ...result,
      error: 'record_refused',
      response_excerpt: wordsOf(reading, facts),
      taken: false,
      refusal: { isFinal: reading.isFinal },
    };
  if (reading.outcome === 'delivered' && !reading.confirmed)
    return { ...result, response_excerpt: reading.detail, taken: true, confirmed: false };
  // An answer that shows or repeats a client is client data: only our own words about it are kept.
  const isHidden = facts.showsRecord || facts.echoes || ('isSecret' in reading && reading.isSecret);
  const response_excerpt = isHidden ? reading.detail : withoutClient(result.response_excerpt, facts.texts);
  return { ...result, response_excerpt, taken: reading.outcome === 'delivered' };
}

interface KnownRecord {
  readonly system: string;
  readonly id: string | null;
  readonly client_told: number;
}

/** Of an erased referral the id came along with the delivery. */
function recordOf(row: DispatchRow, system: string | null): CrmRecord | null {
  const { record_id } = JSON.parse(row.kept) as Kept;
  const known = (JSON.parse(row.records) as KnownRecord[]).find((one) => one.system === system);
  if (known) return { id: known.id, client_told: known.client_told === 1 };
  return record_id === undefined ? null : { id: record_id, client_told: true };
}

/** What a format made of an event without asking anybody. */
const withoutRequest = (conclusion: Conclusion): PostedAttempt =>
  concluded(
    { status: null, error: null, retryAfter: null, duration_ms: 0, response_excerpt: null },
    conclusion,
    {
      showsRecord: false,
      echoes: true,
      texts: [],
    },
  );

const isSame = (one: CrmRecord | null, other: CrmRecord) =>
  one !== null && one.id === other.id && one.client_told === other.client_told;

/** What was learned is written down with the step that learned it: whatever comes next, the record is there. */
function learnedBy(
  row: DispatchRow,
  reading: Reading,
  { system, before }: { readonly system: string | null; readonly before: CrmRecord | null },
  { query }: Database,
  now: number,
): Statement[] {
  const record =
    reading.outcome === 'delivered' || reading.outcome === 'continue' ? reading.record : undefined;
  if (!record || system === null || row.referral_id === null || isSame(before, record)) return [];
  const learned = {
    practiceId: row.practice_id,
    referralId: row.referral_id,
    system,
    externalId: record.id,
    clientTold: record.client_told,
    now,
  };
  return [keepLearnedId(query, learned)];
}

export async function postFormatted(
  row: DispatchRow,
  event: TellableEvent,
  referral: VisibleReferral | null,
  context: PostingContext & { readonly database: Database },
  delivery: { readonly id: string; readonly leaseUntil: number },
  now: number,
): Promise<PostedAttempt> {
  const { database, vault, settings: exchange } = context;
  const format: Format = formatOf(row.format as FormatName);
  const target = targetOf(row);
  const settings = await openFormatSettings(target, context);
  const origin = exchange.publicOrigin;
  const labels = JSON.parse(row.labels) as Label[];
  const input = { envelope: toEnvelope(event, origin), referral, labels, url: row.url, origin };
  let kept = JSON.parse(row.kept) as Kept;
  let { seen } = START;
  const system = format.system?.(settings) ?? null;
  let record = recordOf(row, system);
  let session = await openSession(row, vault, now);
  let duration_ms = 0;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const progress = { kept, seen, record, session: session?.value ?? null };
    const conclusion = format.conclude?.(input, settings, progress);
    if (conclusion) return withoutRequest(conclusion);
    const message = {
      ...format.request(input, settings, progress),
      id: row.id,
      isSigned: format.signed,
      readsWhole: format.readsWhole ?? false,
    };
    const result = await postMessage(target, message, context, now);
    duration_ms += result.duration_ms;
    if (result.status === null) return { ...result, duration_ms };
    const reading = format.read(
      {
        status: result.status,
        excerpt: result.response_excerpt ?? '',
        text: result.text ?? '',
        headers: result.headers ?? new Headers(),
      },
      progress,
      settings,
      input,
    );
    const writes = learnedBy(row, reading, { system, before: record }, database, now);
    if (reading.outcome !== 'continue') {
      if ('endSession' in reading && reading.endSession && session)
        writes.push(dropSession(database.query, row.endpoint_id, session.sealed));
      if (writes.length > 0) await database.batch(writes);
      return concluded({ ...result, duration_ms }, reading, {
        showsRecord: message.method === 'GET',
        echoes: format.echoes,
        texts: clientTextsIn(input.referral),
      });
    }
    kept = reading.kept ?? kept;
    seen = { ...seen, ...reading.seen };
    record = reading.record ?? record;
    const made = reading.session && (await sealSession(row, reading.session, vault, now));
    session = made ?? session;
    if (reading.kept)
      writes.push(keepProgress(database.query, delivery.id, delivery.leaseUntil, { ...kept }));
    if (made) writes.push(keepSession(database.query, row.endpoint_id, row.endpoint_version, made));
    if (writes.length > 0) await database.batch(writes);
    if (duration_ms > STEPS_MS_MAX) return unfinished('timeout', duration_ms);
  }
  return { ...unfinished('connection', duration_ms), response_excerpt: 'too many steps' };
}
