/**
 * What a receiver's CRM says of a referral, without a key: by the link that each webhook carries for one referral, or
 * at the one address of an endpoint, for CRMs that know only one. Where the endpoint names the caller, the caller has
 * to prove who it is. Whoever posts is told in JSON what came of it.
 */
import type { Context, Hono } from 'hono';
import type { AppEnv } from '../http/app-env.ts';
import { readBytes } from '../http/input.ts';
import { exchangeOf } from '../http/mount.ts';
import type { Exchange } from '../http/operation.ts';
import { addressOf, countFailure, requireRate, requireTrial } from '../http/rate.ts';
import { commit, decision, write } from '../ledger/commit.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { idPattern } from '../platform/db/ids.ts';
import { invalidInput, Problem } from '../platform/problem.ts';
import { openCallback } from '../platform/vault/links.ts';
import { callbackSettingsOf, openCallbackSecret } from '../webhooks/endpoints/callback-settings.ts';
import type { EndpointRow } from '../webhooks/endpoints/endpoints.repository.ts';
import { keepRecordIds, outcomesIn, reportOutcome, reportStage, type Standing, standingIn } from './act.ts';
import type { CallbackAnswer } from './callbacks.schemas.ts';
import { isFrom } from './callers.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { type Message, readMessages } from './messages.ts';
import { recordIdsIn } from './record-ids.ts';
import { referralsIn } from './stages.ts';
import { readLinked, readTarget, type Target, toTarget } from './target.ts';

type Call = Context<AppEnv>;

/** Of the referrals that a message names so many are looked at. */
const REFERRALS_EXAMINED_MAX = 5;

const noLink = () =>
  new Problem(
    'not_found',
    'This link leads nowhere (any more). Newer webhooks about the referral carry a newer one.',
  );

const countStranger = (c: Call, now: number) => countFailure(c.env.ANONYMOUS_RATE_LIMIT, addressOf(c), now);

/** @throws Problem 401: an unknown endpoint answers as a wrong signature does. */
async function refuseCaller(c: Call, now: number): Promise<never> {
  await countStranger(c, now);
  throw new Problem(
    'unverified_caller',
    'Only the CRM that the endpoint names in `callback.caller` may call here, and it has to prove that it is it.',
    {},
    { 'WWW-Authenticate': 'Basic realm="referral-exchange"' },
  );
}

/** @throws Problem 401 */
async function requireCaller(
  c: Call,
  bytes: Uint8Array<ArrayBuffer>,
  endpoint: EndpointRow,
  { settings, vault, now }: Exchange,
): Promise<void> {
  const { caller } = callbackSettingsOf(endpoint);
  const { pathname, search } = new URL(c.req.url);
  const urls = [c.req.url, settings.publicOrigin + pathname + search];
  const call = { method: c.req.method, urls, headers: c.req.raw.headers, body: bytes };
  if (!caller || !(await isFrom(caller, await openCallbackSecret(endpoint, vault), call, now)))
    await refuseCaller(c, now);
}

/** @param target null where it is not clear which referral is meant, or none is */
const toAnswer = (
  target: Target | null,
  result: CallbackAnswer['result'],
  standing: Standing | null = target?.referral ?? null,
): CallbackAnswer => ({
  referral_id: target?.link.referralId ?? null,
  result,
  state: standing && (standing.state as CallbackAnswer['state']),
  allowed_outcomes: outcomesIn(standing?.allowed_moves ?? []),
});

/** Nobody reads what a CRM is answered: what it meant and was refused is told in the practice's own feed. */
async function announceRefusal(
  endpoint: EndpointRow,
  target: Target | null,
  meaning: Meaning | null,
  code: string,
  exchange: Exchange,
): Promise<void> {
  const event = {
    type: 'endpoint.callback_refused',
    actor: 'system',
    referral: null,
    parties: { practice: { practice_id: endpoint.practice_id } },
    data: {
      endpoint_id: endpoint.id,
      ...(target ? { referral_id: target.link.referralId } : {}),
      ...(meaning ? { outcome: meaning.report.outcome } : {}),
      ...(meaning?.stage ? { stage: meaning.stage } : {}),
      code,
    },
  } as const;
  await commit(exchange, ({ database, now }) =>
    write({
      read: undefined,
      decide: () => decision({ writes: recordEvent(database.query, event, now), resultOf: () => undefined }),
    }),
  );
}

/** A refused move in the words of this door: outcomes, where the API names moves. */
function inOutcomes(problem: Problem): Problem {
  const standing = standingIn(problem);
  if (!standing) return problem;
  const allowed_outcomes = outcomesIn(standing.allowed_moves);
  const may = allowed_outcomes.join(', ') || 'report nothing more';
  return new Problem(problem.code, `The referral is ${standing.state}: you may ${may}.`, {
    state: standing.state,
    allowed_outcomes,
  });
}

/** Pipedrive stops calling after a few errors, and EspoCRM calls again: what they meant is over with the refusal. */
const CALLERS_SPARED = ['pipedrive', 'espocrm'];

/**
 * Does what a message means.
 * @param target null where the message names several referrals
 * @throws Problem, except to `CALLERS_SPARED`
 */
async function handleMessage(
  endpoint: EndpointRow,
  target: Target | null,
  body: Message,
  exchange: Exchange,
): Promise<CallbackAnswer> {
  const settings = callbackSettingsOf(endpoint);
  const kind = settings.caller?.kind;
  let meaning: Meaning | null = null;
  let recordIds: ReturnType<typeof recordIdsIn> | null = null;
  try {
    recordIds = recordIdsIn(body, settings);
    const namesRecord = recordIds.length > 0;
    meaning = meaningOf(body, settings, namesRecord);
    if (!meaning && !namesRecord) return toAnswer(target, 'ignored');
    if (!target) {
      const detail =
        'names several of your referrals: say in `callback.referral_path` of the endpoint where the one that is meant stands';
      throw invalidInput([{ pointer: '', detail }]);
    }
    const { link, referral } = target;
    const isNoted = namesRecord && (await keepRecordIds(link, recordIds, exchange));
    if (!meaning) return toAnswer(target, isNoted ? 'done' : 'unchanged');
    const { isNew, ...standing } =
      meaning.stage === null
        ? await reportOutcome(link, meaning.report, exchange)
        : await reportStage(link, meaning.report, referral, exchange);
    return toAnswer(target, isNew || isNoted ? 'done' : 'unchanged', standing);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const refusal = inOutcomes(error);
    if (kind === undefined) throw refusal;
    const { code, detail } = refusal;
    const isMeant = meaning !== null || 'outcome' in body || recordIds?.length !== 0;
    if (isMeant) await announceRefusal(endpoint, target, meaning, code, exchange);
    if (!CALLERS_SPARED.includes(kind)) throw refusal;
    const standing = standingIn(error) ?? undefined;
    return isMeant ? { ...toAnswer(target, 'refused', standing), code, detail } : toAnswer(target, 'ignored');
  }
}

/**
 * Each message by itself: of several the others are not lost with one that is refused.
 * @throws Problem where there is one message, or where it can be taken later
 */
async function handleMessages(
  c: Call,
  { messages, isBatch }: Awaited<ReturnType<typeof readMessages>>,
  handle: (message: Message) => Promise<CallbackAnswer>,
): Promise<Response> {
  const results: CallbackAnswer[] = [];
  for (const message of messages) {
    try {
      results.push(await handle(message));
    } catch (error) {
      if (!isBatch || !(error instanceof Problem) || error.status >= 500) throw error;
      const { code, detail } = error;
      results.push({ ...toAnswer(null, 'refused'), code, detail });
    }
  }
  return c.json(isBatch ? { results } : results[0], 200, { 'Cache-Control': 'no-store' });
}

/** CRMs share addresses: who has a good link counts by that. */
async function handleCallback(c: Call): Promise<Response> {
  const exchange = exchangeOf(c);
  const link = await openCallback(c.req.param('token') ?? '', exchange.vault, exchange.now);
  if (!link) {
    await countStranger(c, exchange.now);
    throw noLink();
  }
  await requireRate(c.env.PRACTICE_RATE_LIMIT, link.practiceId, exchange);
  const target = await readTarget(link, exchange);
  if (!target) throw noLink();
  const { endpoint, settings } = target;
  const bytes = await readBytes(c.req.raw);
  if (settings.caller) await requireCaller(c, bytes, endpoint, exchange);
  const read = await readMessages(c.req.raw.headers, bytes);
  return handleMessages(c, read, (message) => handleMessage(endpoint, target, message, exchange));
}

/** What was posted, or why it cannot be read: that is said to a caller that has proved who it is. */
async function tryMessages(headers: Headers, bytes: Uint8Array<ArrayBuffer>) {
  try {
    return await readMessages(headers, bytes);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

const namedIn = (message: Message | undefined, path: readonly string[] | null) =>
  referralsIn(message, path).slice(0, REFERRALS_EXAMINED_MAX);

async function handleEndpointCallback(c: Call): Promise<Response> {
  const exchange = exchangeOf(c);
  const endpointId = c.req.param('endpoint_id') ?? '';
  requireTrial(addressOf(c), exchange.now);
  if (!idPattern('endpoint').test(endpointId)) return refuseCaller(c, exchange.now);
  const bytes = await readBytes(c.req.raw);
  const read = await tryMessages(c.req.raw.headers, bytes);
  // Of a stranger's call no more is looked for than one message can name.
  const named = read instanceof Problem ? [] : namedIn(read.messages[0], null);
  const { referrals, endpoint } = await readLinked(named, endpointId, exchange);
  if (!endpoint) return refuseCaller(c, exchange.now);
  await requireCaller(c, bytes, endpoint, exchange);
  await requireRate(c.env.PRACTICE_RATE_LIMIT, endpoint.practice_id, exchange);
  if (read instanceof Problem) throw read;
  const { referral_path } = callbackSettingsOf(endpoint);
  const wanted = new Set(read.messages.flatMap((message) => namedIn(message, referral_path)));
  const unread = [...wanted].filter((id) => !named.includes(id));
  if (unread.length > 0) referrals.push(...(await readLinked(unread, endpointId, exchange)).referrals);
  const targets = referrals.flatMap((referral) => toTarget(referral, endpoint, exchange.now) ?? []);
  return handleMessages(c, read, async (message) => {
    const ids = namedIn(message, referral_path);
    const [target = null, another] = targets.filter(({ link }) => ids.includes(link.referralId));
    // A CRM calls for every record that changes; most are none of ours.
    if (!target) return toAnswer(null, 'ignored');
    return handleMessage(endpoint, another ? null : target, message, exchange);
  });
}

/** @param isPageForm whether it is what a form of the page behind the link sends: that is left to the page */
export function mountCallbacks(app: Hono<AppEnv>, isPageForm: (c: Call) => Promise<boolean>): void {
  app.post('/callback/:token', async (c, next) => ((await isPageForm(c)) ? next() : handleCallback(c)));
  app.post('/callback/endpoints/:endpoint_id', handleEndpointCallback);
}
