/**
 * The pages behind a receiver's links. A GET shows nothing of the client
 * and changes nothing, as mail scanners follow links; only a form of ours does, and each time the client is shown,
 * that is a logged disclosure.
 */
import type { Hono } from 'hono';
import { makeMove } from '../../callbacks/act.ts';
import { mountCallbacks } from '../../callbacks/callbacks.routes.ts';
import { isFormType } from '../../callbacks/messages.ts';
import type { AppEnv } from '../../http/app-env.ts';
import { parse, readBytes } from '../../http/input.ts';
import { toETag } from '../../ledger/versions.ts';
import { type InputFault, Problem, suspended } from '../../platform/problem.ts';
import { LIFECYCLE } from '../../referrals/lifecycle.ts';
import { MOVE_INPUTS } from '../../referrals/move-input.ts';
import { FORM_TOKEN, type Form, fieldOf, readForm } from '../kit/forms.ts';
import { languageOf } from '../kit/language.ts';
import { guardLink, type Page, show } from '../kit/page.tsx';
import { type Fault, PlainPage } from '../kit/parts.tsx';
import { beginSession, endSession } from '../kit/session.ts';
import type { Filled } from './answer.tsx';
import { PAGE_MOVES, type PageMove } from './moves.ts';
import { ReferralPage } from './views.tsx';
import { baseOf, isFormOf, type LinkKind, readVisit, tokenOf, type Visit } from './visit.ts';
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
  const words = WORDS[language];
  const title = words.title(referral.sender.name);
  return show(
    c,
    base,
    status,
    faults.length > 0 ? words.errorTitle(title) : title,
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

const back = (c: Page, kind: LinkKind) => c.redirect(`${baseOf(c, kind)}?lang=${languageOf(c)}`, 303);

const begin = (c: Page, { base, exchange }: Visit) =>
  beginSession(c, 'referral-page', tokenOf(c), base, exchange.vault, exchange.now);

/** What each move says beside itself. */
const FIELD_NAMES: Partial<Record<PageMove, readonly string[]>> = {
  accept: ['professional_id'],
  decline: ['reason', 'note'],
  mark_not_engaged: ['reason', 'note'],
  request_info: ['question'],
  record_contact: ['kind'],
};

/** What was filled in, without the fields that were left empty. */
function valuesOf(form: Form, move: PageMove): Record<string, string> {
  return Object.fromEntries(
    (FIELD_NAMES[move] ?? [])
      .map((name) => [name, fieldOf(form, name)] as const)
      .filter(([, value]) => value !== ''),
  );
}

const TEXT_CHARACTERS_MAX = 2000;

/** A field of the form in the words of the page. */
function toFault({ move, values }: Filled, { pointer }: InputFault, c: Page): Fault {
  const { faults } = WORDS[languageOf(c)];
  if (move === 'accept') return [null, faults.other];
  const name = pointer.slice(1) as 'reason' | 'note' | 'question' | 'kind';
  const isText = name === 'note' || name === 'question';
  const value = values[name] ?? '';
  if (!isText || value === '') return [`${move}-${name}`, faults[name]];
  return [`${move}-${name}`, [...value].length > TEXT_CHARACTERS_MAX ? faults.tooLong : faults.unreadable];
}

function toFaults(filled: Filled, problem: Problem, c: Page): Fault[] {
  const { faults, withheld } = WORDS[languageOf(c)];
  if (problem.code === 'invalid_input')
    return (problem.members.errors as InputFault[]).map((one) => toFault(filled, one, c));
  const words: Partial<Record<Problem['code'], string>> = {
    illegal_transition: faults.changed,
    version_mismatch: faults.changed,
    busy: faults.changed,
    consent_not_active: faults.consent,
    practice_suspended: faults.suspended,
    sender_not_eligible: withheld.sender_suspended,
    practice_not_verified: faults.unverified,
  };
  return [[null, words[problem.code] ?? faults.other]];
}

/** Of a button that was pressed twice the second time finds done what it asks for. What was written is never dropped. */
const isDoneAlready = ({ referral: { state } }: Visit, move: PageMove) =>
  (move === 'accept' || FIELD_NAMES[move] === undefined) &&
  move !== 'undo' &&
  Object.values(LIFECYCLE).some((moves) => moves[move]?.to === state);

const answer = (kind: LinkKind) => async (c: Page) => {
  const visit = await readVisit(c, kind, false);
  if (!visit) return showInvalid(c, kind);
  const form = await readForm(c, isFormOf(c, visit));
  const move = PAGE_MOVES.find((one) => one === (form && fieldOf(form, 'move')));
  if (!form || !move) return back(c, kind);
  const { link, exchange } = visit;
  const filled = { move, values: valuesOf(form, move) };
  try {
    const version = toETag(Number(fieldOf(form, 'version')));
    const isChanged = version !== toETag(visit.referral.version);
    if (isChanged && isDoneAlready(visit, move)) return back(c, kind);
    if (visit.barredMoves.includes(move)) throw suspended();
    if (!visit.moves.includes(move)) throw new Problem('illegal_transition', '');
    const { body, details } = MOVE_INPUTS[move];
    const said = parse(body, filled.values, '/') as never;
    await makeMove(link, move, details({ body: said, exchange }), exchange, version);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const now = (await readVisit(c, kind, true)) ?? visit;
    const status = error.code === 'invalid_input' ? 422 : 409;
    return showReferral(c, now, status, toFaults(filled, error, c), filled);
  }
  // Whoever accepts wants to know whom; it was asked by a form of ours.
  if (kind === 'page' && move === 'accept') await begin(c, visit);
  return back(c, kind);
};

const showDetails = async (c: Page) => {
  const visit = await readVisit(c, 'page', false);
  if (!visit) return showInvalid(c, 'page');
  if (await readForm(c, isFormOf(c, visit))) await begin(c, visit);
  return back(c, 'page');
};

const hideDetails = (c: Page) => {
  endSession(c, 'referral-page', baseOf(c, 'page'));
  return back(c, 'page');
};

/**
 * Whether a form of the page was sent: it carries our token. A CRM that posts a form to the link is answered as a
 * program, whatever it says that it accepts.
 */
async function isPageForm(c: Page): Promise<boolean> {
  if (!isFormType(c.req.raw.headers)) return false;
  const bytes = await readBytes(c.req.raw.clone()).catch(() => new Uint8Array());
  return new TextDecoder().decode(bytes).includes(FORM_TOKEN);
}

function showTooLong(c: Page, kind: LinkKind) {
  const words = WORDS[languageOf(c)];
  const page = <PlainPage heading={words.faults.tooLong} text={words.faults.other} />;
  return show(c, baseOf(c, kind), 413, words.faults.tooLong, page);
}

const guard = (kind: LinkKind) =>
  guardLink(
    (c) => showInvalid(c, kind),
    (c) => showTooLong(c, kind),
  );

export function mountReferralPages(app: Hono<AppEnv>): void {
  // What a program posts is counted and measured where it is known who it is.
  mountCallbacks(app, isPageForm);
  app.use('/callback/:token', ...guard('callback'));
  app.get('/callback/:token', open('callback'));
  app.post('/callback/:token', answer('callback'));
  app.use('/referral/:token/*', ...guard('page'));
  app.get('/referral/:token', open('page'));
  app.post('/referral/:token', answer('page'));
  for (const [step, handle] of [
    ['show', showDetails],
    ['hide', hideDetails],
  ] as const) {
    app.post(`/referral/:token/${step}`, handle);
    // A reload of what a form answered.
    app.get(`/referral/:token/${step}`, (c) => back(c, 'page'));
  }
}
