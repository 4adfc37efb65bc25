/**
 * The pages behind a receiver's links. A GET shows nothing of the client and changes nothing, as mail scanners follow
 * links; only a form of ours does, and each time the client is shown, that is a logged disclosure.
 */
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { act, detailsOf } from '../callbacks/act.ts';
import { takeCallback, takeEndpointCallback } from '../callbacks/callbacks.ts';
import { parse } from '../http/input.ts';
import { type AppEnv, requireRate } from '../http/mount.ts';
import { type InputFault, Problem } from '../http/problem.ts';
import { FORM_BYTES_MAX, type Form, first, readForm } from '../pages/forms.ts';
import { languageOf } from '../pages/language.ts';
import { isTooOften, type Page, show, showTooOften } from '../pages/page.tsx';
import { type Fault, PlainPage } from '../pages/parts.tsx';
import { beginSession } from '../pages/session.ts';
import { sealLater } from '../privacy/ledger/seal.ts';
import { MOVE_INPUTS } from '../referrals/move-input.ts';
import type { Filled } from './answer.tsx';
import { PAGE_MOVES, type PageMove } from './moves.ts';
import { ReferralPage } from './views.tsx';
import { baseOf, type LinkKind, readVisit, sessionSubjectOf, type Visit } from './visit.ts';
import { WORDS } from './words.ts';

function showInvalid(c: Page, kind: LinkKind) {
  const words = WORDS[languageOf(c)];
  const page = <PlainPage heading={words.invalidTitle} text={words.invalid} />;
  return show(c, baseOf(c, kind), 404, words.invalidTitle, page);
}

function showReferral(
  c: Page,
  visit: Visit,
  status: 200 | 409 | 422 = 200,
  faults: readonly Fault[] = [],
  filled: Filled | null = null,
) {
  const { base, formToken, referral } = visit;
  const language = languageOf(c);
  sealLater(visit.exchange, visit.link.referralId);
  return show(
    c,
    base,
    status,
    WORDS[language].title(referral.sender.name),
    <ReferralPage
      language={language}
      base={base}
      formToken={formToken}
      visit={visit}
      faults={faults}
      filled={filled}
    />,
  );
}

const open = (kind: LinkKind) => async (c: Page) => {
  const visit = await readVisit(c, kind, true);
  return visit ? showReferral(c, visit) : showInvalid(c, kind);
};

const back = (c: Page, { base }: Visit) => c.redirect(`${base}?lang=${languageOf(c)}`, 303);

const begin = (c: Page, { base, exchange }: Visit) =>
  beginSession(c, 'referral-page', sessionSubjectOf(c), base, exchange.vault, exchange.now);

/** A field of the form in the words of the page. */
function toFault(move: PageMove, { pointer, detail }: InputFault, c: Page): Fault {
  const { faults } = WORDS[languageOf(c)];
  const name = pointer.slice(1) as 'reason' | 'note' | 'question' | 'kind';
  const words = detail.includes('at most') ? faults.tooLong : (faults[name] ?? faults.other);
  return [`${move}-${name}`, words];
}

function toFaults(move: PageMove, problem: Problem, c: Page): Fault[] {
  const { faults } = WORDS[languageOf(c)];
  if (problem.code === 'invalid_input')
    return (problem.members.errors as InputFault[]).map((one) => toFault(move, one, c));
  const words: Partial<Record<Problem['code'], string>> = {
    illegal_transition: faults.changed,
    busy: faults.changed,
    consent_not_active: faults.consent,
    practice_suspended: faults.suspended,
    practice_not_verified: faults.unverified,
  };
  return [[null, words[problem.code] ?? faults.other]];
}

/** What was typed, without the fields that were left empty. */
function valuesOf(form: Form): Record<string, string> {
  const names = ['reason', 'note', 'question', 'kind'];
  return Object.fromEntries(
    names.map((name) => [name, first(form, name)] as const).filter(([, value]) => value !== ''),
  );
}

async function make(visit: Visit, move: PageMove, values: Record<string, string>): Promise<void> {
  const { link, exchange } = visit;
  const input = MOVE_INPUTS[move as keyof typeof MOVE_INPUTS];
  const said = input ? parse(input.body, values, '/') : undefined;
  await act(link, move, detailsOf(move, said, exchange), exchange);
}

const answer = (kind: LinkKind) => async (c: Page) => {
  const visit = await readVisit(c, kind, false);
  if (!visit) return showInvalid(c, kind);
  const form = await readForm(c, visit.formToken);
  const move = PAGE_MOVES.find((one) => one === (form && first(form, 'move')));
  if (!form || !move) return back(c, visit);
  const values = valuesOf(form);
  try {
    if (!visit.moves.includes(move)) throw new Problem('illegal_transition', '');
    await make(visit, move, values);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const now = (await readVisit(c, kind, true)) ?? visit;
    const status = error.code === 'invalid_input' ? 422 : 409;
    return showReferral(c, now, status, toFaults(move, error, c), { move, values });
  }
  // Whoever accepts wants to know whom; it was asked by a form of ours.
  if (kind === 'page' && move === 'accept') await begin(c, visit);
  return back(c, visit);
};

const showDetails = async (c: Page) => {
  const visit = await readVisit(c, 'page', false);
  if (!visit) return showInvalid(c, 'page');
  if (await readForm(c, visit.formToken)) await begin(c, visit);
  return back(c, visit);
};

const FORMS = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const isForm = (c: Page) => FORMS.test(c.req.header('Content-Type') ?? '');

const formLimit = bodyLimit({
  maxSize: FORM_BYTES_MAX,
  onError: () => {
    throw new Problem('body_too_large', `The form is larger than ${FORM_BYTES_MAX} bytes.`);
  },
});

export function mountReferralPages(app: Hono<AppEnv>): void {
  app.use('/callback/*', async (c, next) => {
    if (c.req.method === 'GET') return (await isTooOften(c)) ? showTooOften(c) : next();
    await requireRate(c.env.ANONYMOUS_RATE_LIMIT, c.req.header('CF-Connecting-IP') ?? 'unknown');
    return isForm(c) ? formLimit(c, next) : next();
  });
  app.get('/callback/:token', open('callback'));
  app.post('/callback/:token', (c) => (isForm(c) ? answer('callback')(c) : takeCallback(c)));
  app.post('/callback/endpoints/:endpoint_id', takeEndpointCallback);
  app.use('/referral/*', async (c, next) => ((await isTooOften(c)) ? showTooOften(c) : next()), formLimit);
  app.get('/referral/:token', open('page'));
  app.post('/referral/:token', answer('page'));
  app.post('/referral/:token/show', showDetails);
}
