/**
 * What a receiver's CRM says of a referral, without a key: by the link that each webhook carries for one referral, or
 * at the one address of an endpoint, for CRMs that know only one. Where the endpoint names the caller, the caller has
 * to prove who it is.
 */
import type { Context } from 'hono';
import { recordEvent } from '../events/outbox.ts';
import { parse, readBytes, toJsonObject } from '../http/input.ts';
import { type AppEnv, exchangeOf } from '../http/mount.ts';
import type { Exchange } from '../http/operation.ts';
import { invalidInput, notFound, Problem } from '../http/problem.ts';
import { deliveryIdsIn } from '../queue.ts';
import { OUTCOMES, type Report, ReportSchema } from '../referrals/outcomes.ts';
import { openCallback } from '../vault/links.ts';
import {
  type CallbackSettings,
  callbackSettingsOf,
  openCallbackSecret,
  reportOf,
} from '../webhooks/callback-settings.ts';
import type { EndpointRow } from '../webhooks/endpoints.repository.ts';
import { outcomesIn, report, reportStage, type Standing } from './act.ts';
import type { CallbackAnswer } from './callbacks.schemas.ts';
import { isFrom } from './callers.ts';
import { readStage, referralsIn } from './stages.ts';
import { readLinked, readTarget, type Target, toTarget } from './target.ts';

type Call = Context<AppEnv>;
type Body = Record<string, unknown>;

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

interface Meaning {
  readonly meant: Report;
  /** Null where the outcome itself was said. */
  readonly stage: string | null;
}

/** Null for a stage that means nothing here. @throws Problem 422 */
function meaningOf(body: Body, settings: CallbackSettings): Meaning | null {
  if ('outcome' in body) return { meant: parse(ReportSchema, body, '/') as Report, stage: null };
  const stage = readStage(body, settings.stage_paths, (one) => reportOf(settings, one) !== null);
  if (stage === null || Object.keys(settings.stages).length === 0) {
    const places = settings.stage_paths.map((path) => `/${path.join('/')}`).join(' or ');
    const detail =
      stage === null
        ? `is required: one of ${OUTCOMES.join(', ')}; or a stage of your CRM at ${places}`
        : 'is required, as `callback.stages` of the webhook endpoint says of no stage what it means';
    throw invalidInput([{ pointer: '/outcome', detail }]);
  }
  const meant = reportOf(settings, stage);
  return meant && { meant, stage };
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

/** Nobody reads what a CRM is answered: what it meant and was refused is told in the practice's own feed. */
async function announceRefusal(
  { link }: Target,
  { meant, stage }: Meaning,
  { code }: Problem,
  { database, now, wakeDeliveries }: Exchange,
): Promise<void> {
  const results = await database.batch(
    recordEvent(
      database.query,
      {
        type: 'endpoint.callback_refused',
        actor: 'system',
        referral: null,
        recipients: [{ practice_id: link.practiceId, sequence: null, needs_feedback: false }],
        data: {
          endpoint_id: link.makerId,
          referral_id: link.referralId,
          outcome: meant.outcome,
          ...(stage === null ? {} : { stage }),
          code,
        },
      },
      now,
    ),
  );
  await wakeDeliveries(deliveryIdsIn(results));
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
        : await reportStage(link, meant, referral.allowed_moves, exchange);
    return toAnswer(target, isNew ? 'done' : 'unchanged', standing);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500 || kind === undefined) throw error;
    if (meaning) await announceRefusal(target, meaning, error, exchange);
    if (kind === 'hubspot') throw error;
    const { code, detail } = error;
    return { ...toAnswer(target, meaning ? 'refused' : 'ignored', referral), code, detail };
  }
}

const answer = (c: Call, body: CallbackAnswer) => c.json(body, 200, { 'Cache-Control': 'no-store' });

/** `POST /callback/{token}` */
export async function takeCallback(c: Call): Promise<Response> {
  const exchange = exchangeOf(c);
  const link = await openCallback(c.req.param('token') ?? '', exchange.vault, exchange.now);
  const target = link && (await readTarget(link, exchange));
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

/** `POST /callback/endpoints/{endpoint_id}`: an unknown endpoint answers as a wrong signature does. */
export async function takeEndpointCallback(c: Call): Promise<Response> {
  const exchange = exchangeOf(c);
  const bytes = await readBytes(c.req.raw);
  let body: Body | null = null;
  let fault: unknown;
  try {
    body = toJsonObject(c.req.raw.headers, bytes);
  } catch (error) {
    fault = error;
  }
  const [referralId, another] = referralsIn(body);
  const { row, endpoint } = await readLinked(referralId ?? '', c.req.param('endpoint_id') ?? '', exchange);
  if (!endpoint) throw unverified();
  await requireCaller(c, bytes, endpoint, exchange);
  if (!body) throw fault;
  // A CRM calls for every record that changes; most are none of ours.
  if (referralId === undefined) return answer(c, NOTHING_NAMED);
  if (another !== undefined)
    throw invalidInput([{ pointer: '', detail: 'must name one referral, not several' }]);
  const target = toTarget(row, endpoint, endpoint.practice_id, exchange.now);
  if (target) return answer(c, await take(target, body, exchange));
  if (callbackSettingsOf(endpoint).caller?.kind === 'pipedrive') return answer(c, NOTHING_NAMED);
  throw notFound();
}
