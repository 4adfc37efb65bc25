/**
 * The receiver's link. A GET only shows what could be said, as mail scanners follow links; a POST says it: as JSON by
 * a CRM, or as our own form by a person. The client is not shown here.
 */
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { timingSafeEqual } from 'hono/utils/buffer';
import { languageOf, type Page } from '../consent-page/visitor.ts';
import { WORDS as SHARED } from '../consent-page/words.ts';
import { readJsonObject } from '../http/input.ts';
import { type AppEnv, exchangeOf, requireRate, vaultOf } from '../http/mount.ts';
import { notFound, Problem } from '../http/problem.ts';
import { showPage } from '../pages/shell.tsx';
import { DECLINE_REASONS, NOT_ENGAGED_REASONS } from '../referrals/referrals.schemas.ts';
import { openCallback } from './link.ts';
import { type Outcome, readTarget, report } from './outcome.ts';
import { WORDS } from './words.ts';

const baseOf = (c: Page) => `/callback/${c.req.param('token')}`;
const tokenOf = (c: Page) => c.req.param('token') ?? '';
const formTokenOf = (c: Page) => vaultOf(c.env).mac('callback-form', tokenOf(c));

function show(c: Page, status: 200 | 404 | 409, title: string, children: unknown) {
  const language = languageOf(c);
  const other = language === 'en' ? 'es' : 'en';
  const href = `${baseOf(c)}?lang=${other}`;
  const otherLanguage = { code: other, name: SHARED[other].languageName, href };
  return showPage(c, status, { language, title, otherLanguage, children: children as never });
}

function showInvalid(c: Page) {
  const words = WORDS[languageOf(c)];
  return show(
    c,
    404,
    words.invalidTitle,
    <>
      <h1>{words.invalidTitle}</h1>
      <p>{words.invalid}</p>
    </>,
  );
}

/** Which reasons an outcome asks for. */
const REASONS: Partial<Record<Outcome, readonly string[]>> = {
  decline: DECLINE_REASONS,
  not_engaged: NOT_ENGAGED_REASONS,
};

async function showReferral(c: Page, isRefused = false) {
  const exchange = exchangeOf(c);
  const target = await openCallback(tokenOf(c), exchange.vault, exchange.now);
  const seen = target && (await readTarget(target, exchange).catch(() => null));
  if (!seen) return showInvalid(c);
  const { referral, outcomes } = seen;
  const language = languageOf(c);
  const words = WORDS[language];
  const title = words.title(referral.sender.name);
  const formToken = await formTokenOf(c);
  const values = [
    words.states[referral.state] ?? referral.state,
    referral.service.replaceAll('_', ' '),
    referral.client_jurisdiction,
  ];
  return show(
    c,
    isRefused ? 409 : 200,
    title,
    <>
      {isRefused ? (
        <div class="problem" role="alert" aria-labelledby="problem-title">
          <h2 id="problem-title">{words.problem}</h2>
          <p>{words.refused}</p>
        </div>
      ) : null}
      <h1>{title}</h1>
      <dl>
        {words.facts.map((term, index) => (
          <div>
            <dt>{term}</dt>
            <dd>{values[index]}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{outcomes.length === 0 ? words.nothing : words.hint}</p>
      {outcomes.map((outcome) => (
        <form method="post" action={`${baseOf(c)}?lang=${language}`} novalidate>
          <input type="hidden" name="form_token" value={formToken} />
          <input type="hidden" name="outcome" value={outcome} />
          {outcome === 'decline' || outcome === 'not_engaged' ? (
            <fieldset>
              <legend>{words.why[outcome]}</legend>
              {REASONS[outcome]?.map((reason) => (
                <div class="option">
                  <input type="radio" id={`${outcome}-${reason}`} name="reason" value={reason} />
                  <label for={`${outcome}-${reason}`}>{words.reasons[reason]}</label>
                </div>
              ))}
              <label for={`${outcome}-note`}>{words.note}</label>
              <p>
                <input type="text" id={`${outcome}-note`} name="note" maxlength={2000} />
              </p>
            </fieldset>
          ) : null}
          <p>
            <button type="submit" class={REASONS[outcome] ? 'stop' : undefined}>
              {words.buttons[outcome]}
            </button>
          </p>
        </form>
      ))}
    </>,
  );
}

async function takeForm(c: Page) {
  const exchange = exchangeOf(c);
  const target = await openCallback(tokenOf(c), exchange.vault, exchange.now);
  if (!target) return showInvalid(c);
  const form: Record<string, unknown> = await c.req.parseBody().catch(() => ({}));
  const { form_token, note, ...said } = form;
  const isOurs = await timingSafeEqual(String(form_token ?? ''), await formTokenOf(c));
  if (isOurs) {
    try {
      await report(note ? { ...said, note } : said, target, exchange);
    } catch (error) {
      if (error instanceof Problem) return showReferral(c, true);
      throw error;
    }
  }
  return c.redirect(`${baseOf(c)}?lang=${languageOf(c)}`, 303);
}

async function takeJson(c: Page) {
  const exchange = exchangeOf(c);
  const target = await openCallback(tokenOf(c), exchange.vault, exchange.now);
  if (!target) throw notFound();
  await report(await readJsonObject(c.req.raw), target, exchange);
  const { referral, outcomes } = await readTarget(target, exchange);
  const body = { referral_id: referral.id, state: referral.state, allowed_outcomes: outcomes };
  return c.json(body, 200, { 'Cache-Control': 'no-store' });
}

const FORMS = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const FORM_BYTES_MAX = 16_384;

export function mountCallbacks(app: Hono<AppEnv>): void {
  app.use('/callback/*', async (c, next) => {
    await requireRate(c.env.ANONYMOUS_RATE_LIMIT, c.req.header('CF-Connecting-IP') ?? 'unknown');
    return next();
  });
  app.get('/callback/:token', (c) => showReferral(c));
  app.post(
    '/callback/:token',
    bodyLimit({
      maxSize: FORM_BYTES_MAX,
      onError: () => {
        throw new Problem('body_too_large', `The body is larger than ${FORM_BYTES_MAX} bytes.`);
      },
    }),
    (c) => (FORMS.test(c.req.header('Content-Type') ?? '') ? takeForm(c) : takeJson(c)),
  );
}
