/** What an endpoint would send of an invented referral, and what its receiver's answers would mean. Nothing is posted. */
import type { EventType } from '../../ledger/event-types.ts';
import { exampleInput, stepsOf } from './examples.ts';
import { type Format, type FormatRequest, MASK, type Progress, type Reading } from './format.ts';
import { type FormatName, type FormatSettings, formatOf, isTold, maskSettings } from './formats.ts';
import type { FormatInput } from './input.ts';

export interface PreviewWish {
  readonly format: FormatName;
  readonly settings: FormatSettings;
  readonly url: string;
  readonly eventType: EventType;
  readonly payload: 'thin' | 'full';
  /** Categories that stay here although the consent covers them. */
  readonly withheld: readonly string[];
  /** The endpoint's own headers, whose values are secret. */
  readonly headerNames: readonly string[];
  readonly answer: { readonly status: number; readonly body: string } | undefined;
}

/** Those that receivers give, each with nothing in it. */
const STATUSES = [200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 422, 429, 500] as const;

function withhold(input: FormatInput, { format, settings, withheld }: PreviewWish): FormatInput {
  const { referral } = input;
  if (!referral?.client) return input;
  const carried: readonly string[] = formatOf(format).carries(settings);
  const client = Object.entries(referral.client).filter(
    ([category]) => carried.includes(category) && !withheld.includes(category),
  );
  return {
    ...input,
    referral: { ...referral, client: client.length > 0 ? Object.fromEntries(client) : null },
  };
}

function presentReading(status: number, reading: Reading) {
  if (reading.outcome === 'continue')
    return { status, outcome: 'continue' as const, detail: 'It goes on with the next request.' };
  const said = reading.outcome === 'record_refused' && reading.said ? `. It says: “${reading.said}”` : '';
  const ends = reading.outcome === 'record_refused' && reading.isFinal ? '. The delivery ends.' : '';
  return { status, outcome: reading.outcome, detail: `${reading.detail ?? 'taken'}${said}${ends}` };
}

const SIGNATURE = { 'webhook-timestamp': '1700000000', 'webhook-signature': `v1,${MASK}` };

function presentRequest(format: Format, request: FormatRequest, wish: PreviewWish, eventId: string) {
  const own = request.asksForAccess ? [] : wish.headerNames;
  return {
    method: request.method,
    url: request.url,
    headers: {
      ...Object.fromEntries(own.map((name) => [name, MASK])),
      ...request.headers,
      ...(format.signed ? { 'webhook-id': eventId, ...SIGNATURE } : {}),
    },
    body: request.body === '' ? null : request.body,
  };
}

function presentStep(format: Format, input: FormatInput, progress: Progress, wish: PreviewWish) {
  const settings = maskSettings(wish.format, wish.settings);
  const concluded = format.conclude?.(input, settings, progress);
  const knows_record = progress.record !== null;
  if (concluded) return { knows_record, request: null, detail: concluded.detail, answers: [] };
  const read = (status: number, body: string) => {
    const answer = { status, excerpt: body.slice(0, 2048), text: body, headers: new Headers() };
    return presentReading(status, format.read(answer, progress, settings, input));
  };
  const { answer } = wish;
  return {
    knows_record,
    request: presentRequest(format, format.request(input, settings, progress), wish, input.envelope.id),
    detail: null,
    answers: answer ? [read(answer.status, answer.body)] : STATUSES.map((status) => read(status, '')),
  };
}

export function previewOf(wish: PreviewWish) {
  const format = formatOf(wish.format);
  const input = withhold(exampleInput(wish.eventType, wish.url, wish.payload), wish);
  const told = isTold(wish.format, wish.eventType, 'received');
  return {
    told,
    carried_categories:
      wish.payload === 'full'
        ? format.carries(wish.settings).filter((one) => !wish.withheld.includes(one))
        : [],
    requests: told
      ? stepsOf(wish.format, wish.settings).map((progress) => presentStep(format, input, progress, wish))
      : [],
  };
}
