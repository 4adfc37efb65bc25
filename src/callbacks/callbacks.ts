/**
 * What a receiver's CRM says of a referral, without a key: by the link that each webhook carries for one referral, or
 * at the one address of an endpoint, for CRMs that know only one. Where the endpoint names the caller, the caller has
 * to prove who it is.
 */
import type { Context } from 'hono';
import { idPattern } from '../db/ids.ts';
import { recordEvent } from '../events/outbox.ts';
import { readBytes, toJsonObject } from '../http/input.ts';
import { type AppEnv, exchangeOf, requireRate } from '../http/mount.ts';
import type { Exchange } from '../http/operation.ts';
import { invalidInput, notFound, Problem } from '../http/problem.ts';
import { deliveryIdsIn } from '../queue.ts';
import { openCallback } from '../vault/links.ts';
import { callbackSettingsOf, openCallbackSecret } from '../webhooks/callback-settings.ts';
import type { EndpointRow } from '../webhooks/endpoints.repository.ts';
import { outcomesIn, report, reportStage, type Standing, standingIn } from './act.ts';
import type { CallbackAnswer } from './callbacks.schemas.ts';
import { isFrom } from './callers.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { referralsIn } from './stages.ts';
import { readLinked, readTarget, type Target, toTarget } from './target.ts';

type Call = Context<AppEnv>;
type Body = Record<string, unknown>;

/** Of the referrals that a message names so many are looked at. */
const REFERRALS_EXAMINED_MAX = 5;

const addressOf = (c: Call) => c.req.header('CF-Connecting-IP') ?? 'unknown';

const unverified = () =>
  new Problem(
    'unverified_caller',
    'Only the CRM that the endpoint names in `callback.caller` may call here, and it has to prove that it is it.',
    {},
    { 'WWW-Authenticate': 'Basic realm="referral-exchange"' },
  );

/** @throws Problem 401 */
async function requireCaller(
  c: Call,
  bytes: Uint8Array,
  endpoint: EndpointRow,
  { settings, vault, now }: Exchange,
): Promise<void> {
  const { caller } = callbackSettingsOf(endpoint);
  const { pathname, search } = new URL(c.req.url);
  const urls = [c.req.url, settings.publicOrigin + pathname + search];
  const call = { method: c.req.method, urls, headers: c.req.raw.headers, body: bytes };
  if (!caller || !(await isFrom(caller, await openCallbackSecret(endpoint, vault), call, now)))
    throw unverified();
}

const toAnswer = (
  { link }: Target,
  result: CallbackAnswer['result'],
  { state, allowed_moves }: Standing,
): CallbackAnswer => ({
  referral_id: link.referralId,
  result,
  state: state as CallbackAnswer['state'],
  allowed_outcomes: outcomesIn(allowed_moves),
});

interface Refusal {
  readonly endpointId: string;
  readonly practiceId: string;
  /** Null where the message named several. */
  readonly referralId: string | null;
  /** Null where what was said is no outcome. */
  readonly meaning: Meaning | null;
  readonly code: string;
}

/** Nobody reads what a CRM is answered: what it meant and was refused is told in the practice's own feed. */
async function announceRefusal(refusal: Refusal, { database, now, defer, wakeDeliveries }: Exchange) {
  const { endpointId, practiceId, referralId, meaning, code } = refusal;
  const results = await database.batch(
    recordEvent(
      database.query,
      {
        type: 'endpoint.callback_refused',
        actor: 'system',
        referral: null,
        recipients: [{ practice_id: practiceId, sequence: null, needs_feedback: false }],
        data: {
          endpoint_id: endpointId,
          ...(referralId === null ? {} : { referral_id: referralId }),
          ...(meaning === null ? {} : { outcome: meaning.meant.outcome }),
          ...(meaning?.stage ? { stage: meaning.stage } : {}),
          code,
        },
      },
      now,
    ),
  );
  const deliveryIds = deliveryIdsIn(results);
  if (deliveryIds.length > 0) defer(() => wakeDeliveries(deliveryIds));
}

/** Does what the message means. @throws Problem, except to Pipedrive, which stops to call after a few errors */
async function take(target: Target, body: Body, exchange: Exchange): Promise<CallbackAnswer> {
  const { link, referral, settings } = target;
  const kind = settings.caller?.kind;
  let meaning: Meaning | null = null;
  try {
    meaning = meaningOf(body, settings);
    if (!meaning) return toAnswer(target, 'ignored', referral);
    const { meant, stage } = meaning;
    const { isNew, ...standing } =
      stage === null
        ? await report(link, meant, exchange)
        : await reportStage(link, meant, referral, exchange);
    return toAnswer(target, isNew ? 'done' : 'unchanged', standing);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500 || kind === undefined) throw error;
    const { code, detail } = error;
    const isMeant = meaning !== null || 'outcome' in body;
    if (isMeant) {
      const { referralId, practiceId, makerId: endpointId } = link;
      await announceRefusal({ endpointId, practiceId, referralId, meaning, code }, exchange);
    }
    if (kind === 'hubspot') throw error;
    const result = isMeant ? 'refused' : 'ignored';
    return { ...toAnswer(target, result, standingIn(error) ?? referral), code, detail };
  }
}

const answer = (c: Call, body: CallbackAnswer) => c.json(body, 200, { 'Cache-Control': 'no-store' });

/** `POST /callback/{token}`. CRMs share addresses: who has a good link counts by that. */
export async function takeCallback(c: Call): Promise<Response> {
  const exchange = exchangeOf(c);
  const link = await openCallback(c.req.param('token') ?? '', exchange.vault, exchange.now);
  if (!link) {
    await requireRate(c.env.ANONYMOUS_RATE_LIMIT, addressOf(c));
    throw notFound();
  }
  await requireRate(c.env.KEY_RATE_LIMIT, link.makerId || link.referralId);
  const target = await readTarget(link, exchange);
  if (!target) throw notFound();
  const bytes = await readBytes(c.req.raw);
  if (target.settings.caller && target.endpoint) await requireCaller(c, bytes, target.endpoint, exchange);
  return answer(c, await take(target, toJsonObject(c.req.raw.headers, bytes), exchange));
}

const NOTHING_NAMED: CallbackAnswer = {
  referral_id: null,
  result: 'ignored',
  state: null,
  allowed_outcomes: [],
};

/** The body, or why it is none: that is said to a caller that has proved who it is. */
function readBody(headers: Headers, bytes: Uint8Array): Body | Problem {
  try {
    return toJsonObject(headers, bytes);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** More than one: which one is meant cannot be told. */
async function refuseSeveral(endpoint: EndpointRow, body: Body, exchange: Exchange): Promise<CallbackAnswer> {
  const settings = callbackSettingsOf(endpoint);
  const detail =
    'names several of your referrals: say in `callback.referral_path` of the endpoint where the one that is meant stands';
  const problem = invalidInput([{ pointer: '', detail }]);
  const meaning = meaningOf(body, settings);
  if (!meaning) return NOTHING_NAMED;
  const { id: endpointId, practice_id: practiceId } = endpoint;
  const { code } = problem;
  await announceRefusal({ endpointId, practiceId, referralId: null, meaning, code }, exchange);
  if (settings.caller?.kind !== 'pipedrive') throw problem;
  return { ...NOTHING_NAMED, result: 'refused', code, detail: problem.detail };
}

/** `POST /callback/endpoints/{endpoint_id}`: an unknown endpoint answers as a wrong signature does. */
export async function takeEndpointCallback(c: Call): Promise<Response> {
  const exchange = exchangeOf(c);
  const endpointId = c.req.param('endpoint_id') ?? '';
  if (!idPattern('endpoint').test(endpointId)) throw unverified();
  await requireRate(c.env.KEY_RATE_LIMIT, `${endpointId} ${addressOf(c)}`);
  const bytes = await readBytes(c.req.raw);
  const body = readBody(c.req.raw.headers, bytes);
  const named = referralsIn(body, null).slice(0, REFERRALS_EXAMINED_MAX);
  const { rows, endpoint } = await readLinked(named, endpointId, exchange);
  if (!endpoint) throw unverified();
  await requireCaller(c, bytes, endpoint, exchange);
  if (body instanceof Problem) throw body;
  const settings = callbackSettingsOf(endpoint);
  const meant = settings.referral_path === null ? named : referralsIn(body, settings.referral_path);
  const [target, another] = rows
    .filter(({ id }) => meant.includes(id))
    .flatMap((row) => toTarget(row, endpoint, endpoint.practice_id, exchange.now) ?? []);
  if (another) return answer(c, await refuseSeveral(endpoint, body, exchange));
  if (target) return answer(c, await take(target, body, exchange));
  // A CRM calls for every record that changes; most are none of ours.
  if (meant.length === 0 || settings.caller?.kind === 'pipedrive') return answer(c, NOTHING_NAMED);
  throw notFound();
}
