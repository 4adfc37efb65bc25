/** From what the owner of an endpoint sends to the columns of its row. */
import type * as v from 'valibot';
import type { Actor } from '../../http/authenticate.ts';
import type { Exchange } from '../../http/operation.ts';
import type { Scope } from '../../platform/access/scopes.ts';
import { invalidInput, Problem } from '../../platform/problem.ts';
import { type FormatWish, openFormatSettings } from '../formats/format-settings.ts';
import { type FormatName, formatOf } from '../formats/formats.ts';
import { ZAPIER_HOST } from '../formats/zapier.ts';
import { headersPlace } from '../posting/attempt.ts';
import { type CallbackColumns, toCallbackColumns } from './callback-settings.ts';
import { type EndpointRow, secretNamesOf } from './endpoints.repository.ts';
import type { EndpointChangeSchema } from './endpoints.schemas.ts';

const ENDPOINTS_PER_PRACTICE_MAX = 20;

/** @throws Problem 409 where a practice has as many as it may. */
export function requireRoom(counted: { readonly count: number } | undefined): void {
  if ((counted?.count ?? 0) < ENDPOINTS_PER_PRACTICE_MAX) return;
  const detail = `A practice has at most ${ENDPOINTS_PER_PRACTICE_MAX} webhook endpoints.`;
  throw new Problem('limit_reached', detail);
}

export const mayReport = ({ scopes }: Actor) => scopes.includes('referrals:write');

/**
 * What an endpoint is sent its owner's key must be allowed to read and do itself: the client, and the links by which
 * referrals are moved.
 * @throws Problem 403
 */
export function requireReach(
  actor: Actor,
  { payload, page_links, callback_links }: Pick<EndpointRow, 'payload' | 'page_links' | 'callback_links'>,
): void {
  const needed: Scope[] = [
    ...(payload === 'full' || page_links ? (['referrals:read'] as const) : []),
    ...(page_links || callback_links ? (['referrals:write'] as const) : []),
  ];
  const lacking = needed.find((scope) => !actor.scopes.includes(scope));
  if (lacking) {
    const detail = `The key lacks the scope \`${lacking}\`, which an endpoint with \`payload: full\`, \`page_links\` or \`callback_links\` needs.`;
    throw new Problem('insufficient_scope', detail);
  }
}

const isElsewhere = (url: string, before: string) => new URL(url).origin !== new URL(before).origin;

type Addressed = Pick<EndpointRow, 'url' | 'format'>;

/**
 * The formats of CRMs have hosts that are known, and Zapier would run the Zap with a ping. Every other address answers
 * one before it is sent an event.
 */
const confirmedAtFirst = ({ url, format }: Addressed, now: number): number | null =>
  formatOf(format as FormatName).hosts === null && new URL(url).hostname !== ZAPIER_HOST ? null : now;

/**
 * How it stands before anything was posted to it. Where a test makes a record, the breaker begins half open: one delivery
 * at a time makes it, and the others wait for what comes of that.
 */
export function untried(
  endpoint: Addressed,
  now: number,
): Pick<EndpointRow, 'confirmed_at'> & Partial<Pick<EndpointRow, 'breaker_until'>> {
  const confirmed_at = confirmedAtFirst(endpoint, now);
  const leavesTests = formatOf(endpoint.format as FormatName).isTestable === true;
  return { confirmed_at, ...(confirmed_at === null && leavesTests ? { breaker_until: now } : {}) };
}

/** What a change does to it: what was confirmed was the host. Else it stands, whoever confirms it meanwhile. */
export const confirmationOf = (
  row: Addressed,
  after: Addressed,
  now: number,
): Partial<ReturnType<typeof untried>> =>
  after.format === row.format && !isElsewhere(after.url, row.url) ? {} : untried(after, now);

/**
 * What is secret of an endpoint was given for its host: for another one it has to be given anew, so that whoever may
 * change the address cannot have it sent to themselves.
 * @throws Problem 422 that names each
 */
export function requireSecretsAnew(
  row: EndpointRow,
  change: v.InferOutput<typeof EndpointChangeSchema>,
): void {
  if (change.url === undefined || !isElsewhere(change.url, row.url)) return;
  const detail = 'is secret and was given for another host: give it anew with the new `url`';
  const format = change.format ?? (row.format as FormatName);
  const missing =
    format === row.format
      ? secretNamesOf(row).filter((name) => change.format_settings?.[name] === undefined)
      : [];
  const faults = [
    ...(row.sealed_headers !== null && change.headers === undefined
      ? [{ pointer: '/headers', detail: `${detail}, or \`{}\` for none` }]
      : []),
    ...missing.map((name) => ({ pointer: `/format_settings/${name}`, detail })),
  ];
  if (faults.length > 0) throw invalidInput(faults);
}

export const NO_CALLBACK: CallbackColumns = { callback: {}, sealed_callback_secret: null };

/** The columns of what the caller sent: headers are sealed, and only their names stay readable. */
export async function toColumns(
  {
    headers,
    callback,
    format: _format,
    format_settings: _settings,
    ...plain
  }: v.InferOutput<typeof EndpointChangeSchema>,
  endpointId: string,
  before: CallbackColumns,
  { vault }: Exchange,
): Promise<Partial<EndpointRow>> {
  const columns = {
    ...(plain as Partial<EndpointRow>),
    ...(callback === undefined ? {} : await toCallbackColumns(callback, before, endpointId, vault)),
  };
  if (headers === undefined) return columns;
  const header_names = Object.keys(headers);
  const sealed_headers =
    header_names.length === 0
      ? null
      : await vault.sealSecret(JSON.stringify(headers), headersPlace(endpointId));
  return { ...columns, header_names, sealed_headers };
}

/** What the endpoint is to be: another format begins with no settings, the same one keeps what is not named. */
export async function mergeFormat(
  row: EndpointRow,
  change: v.InferOutput<typeof EndpointChangeSchema>,
  exchange: Exchange,
): Promise<FormatWish> {
  const format = change.format ?? (row.format as FormatName);
  const known = format === row.format ? await openFormatSettings(row, exchange) : {};
  return {
    format,
    format_settings: { ...known, ...change.format_settings },
    url: change.url ?? row.url,
    event_types: change.event_types ?? row.event_types,
  };
}
