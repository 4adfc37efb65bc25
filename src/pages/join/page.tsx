/**
 * The pages behind a link to join. A GET changes nothing, as mail scanners follow links; every POST carries a token of
 * our own form. Once somebody has registered, all that comes is behind a link of her own, which its inviter never had.
 */
import type { Hono } from 'hono';
import type { Child } from 'hono/jsx';
import { selectUsableTerms } from '../../catalog/catalog.repository.ts';
import { readSettings } from '../../env.ts';
import type { AppEnv } from '../../http/app-env.ts';
import { parse } from '../../http/input.ts';
import { exchangeOf } from '../../http/mount.ts';
import { handOverKey, mayHaveKey } from '../../joining/first-key.ts';
import { type Guest, guestPlan, registeredUrl, toGuest } from '../../joining/guest.ts';
import { type RegistrationRequest, RegistrationRequestSchema } from '../../joining/joining.schemas.ts';
import { register } from '../../joining/register.ts';
import { registrationState } from '../../joining/state.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { many } from '../../platform/db/plan.ts';
import { type InputFault, Problem } from '../../platform/problem.ts';
import { LINK_PATHS, openJoinLink } from '../../platform/vault/links.ts';
import { readForm, type Form as SentForm } from '../kit/forms.ts';
import { languageOf } from '../kit/language.ts';
import { guardLink, type Page, type PageStatus, show as showPage } from '../kit/page.tsx';
import { type Fault, Form, Mail, PlainPage } from '../kit/parts.tsx';
import { emptyForm, type Filled, fieldAt, filledIn, inOrder, toRegistration } from './fields.ts';
import { REGISTER_FORM, RegisterPage, type Terms, Told } from './views.tsx';
import { WORDS } from './words.ts';

const baseOf = (c: Page) => `${LINK_PATHS.join}/${encodeURIComponent(c.req.param('token') ?? '')}`;

/** With who runs the exchange below each page. */
function show(c: Page, status: PageStatus, title: string, children: Child, form?: string) {
  const { operator } = readSettings(c.env);
  const footer = (
    <p>
      {WORDS[languageOf(c)].runBy(operator.name, operator.address)} <Mail address={operator.email} />
    </p>
  );
  return showPage(c, baseOf(c), status, title, children, { footer, form });
}

function showInvalid(c: Page) {
  const { invalidTitle, invalid } = WORDS[languageOf(c)];
  return show(c, 404, invalidTitle, <PlainPage heading={invalidTitle} text={invalid} />);
}

interface Visit extends Guest {
  readonly exchange: Exchange;
  /** Professions and services; none where nobody registers. */
  readonly terms: Terms;
}

/** One call of D1. */
async function readVisit(c: Page): Promise<Visit | null> {
  const exchange = exchangeOf(c);
  const { database, vault, now } = exchange;
  const link = await openJoinLink(c.req.param('token') ?? '', vault, now);
  if (!link) return null;
  const { row, terms = [] } = await database.read({
    row: guestPlan(exchange, link),
    terms:
      link.holder === 'invited'
        ? many(selectUsableTerms(database.query, ['profession', 'service']))
        : undefined,
  });
  const guest = toGuest(link, row, now);
  return guest && { ...guest, exchange, terms };
}

/** A form of the key that was shown before is none any more: a reload makes no other key. */
const partsOf = ({ link, row }: Guest) => [row.id, link.holder, row.first_key_id ?? ''];
const formTokenOf = (visit: Visit) => visit.exchange.vault.tokens.sign('join-form', ...partsOf(visit));
const readOwnForm = (c: Page, visit: Visit): Promise<SentForm | null> =>
  readForm(c, (token) => visit.exchange.vault.tokens.isSigned(token, 'join-form', ...partsOf(visit)));

async function showRegister(c: Page, visit: Visit, filled: Filled, faults: readonly Fault[] = []) {
  const language = languageOf(c);
  const { row, terms } = visit;
  const title = WORDS[language].title(row.inviter_name);
  return show(
    c,
    faults.length > 0 ? 422 : 200,
    title,
    <RegisterPage
      language={language}
      base={baseOf(c)}
      formToken={await formTokenOf(visit)}
      inviter={row.inviter_name}
      invitee={row.invitee_name}
      message={row.message}
      operator={readSettings(c.env).operator.name}
      terms={terms}
      faults={faults}
      filled={filled}
    />,
    REGISTER_FORM,
  );
}

/** What came of the registration, for whoever made it. */
async function showRegistered(c: Page, visit: Visit) {
  const language = languageOf(c);
  const words = WORDS[language];
  const { row } = visit;
  const [practice, operator] = [row.practice_name ?? '', readSettings(c.env).operator.name];
  const state = registrationState(row);
  if (state === 'waiting')
    return show(
      c,
      200,
      words.waitingTitle,
      <Told heading={words.waitingTitle}>
        <p>{words.waiting(practice, operator)}</p>
        <p class="panel">{words.keep(row.inviter_name)}</p>
      </Told>,
    );
  if (state === 'refused')
    return show(
      c,
      200,
      words.refusedTitle,
      <Told heading={words.refusedTitle}>
        <p>{words.refused(practice, operator)}</p>
        <p class="panel prose">{row.refusal_reason}</p>
      </Told>,
    );
  const isAgain = row.first_key_id !== null;
  const form = mayHaveKey(row) ? (
    <>
      <p>{isAgain ? words.keyUnused : words.keyText}</p>
      <Form language={language} base={baseOf(c)} formToken={await formTokenOf(visit)} to="/key">
        <button type="submit" class={isAgain ? 'quiet' : undefined}>
          {isAgain ? words.keyAgain : words.keyButton}
        </button>
      </Form>
    </>
  ) : (
    <p>{row.practice_status === 'active' ? words.keyUsed : words.suspended}</p>
  );
  return show(
    c,
    200,
    words.admittedTitle,
    <Told heading={words.admittedTitle}>
      <p>{words.admitted(practice, row.inviter_name, row.partnership_id !== null)}</p>
      {form}
    </Told>,
  );
}

async function open(c: Page) {
  const visit = await readVisit(c);
  if (!visit) return showInvalid(c);
  const { link, row } = visit;
  if (link.holder === 'registered') return showRegistered(c, visit);
  if (row.registered_at === null) return showRegister(c, visit, emptyForm());
  const { takenTitle, taken } = WORDS[languageOf(c)];
  return show(c, 200, takenTitle, <PlainPage heading={takenTitle} text={taken(row.inviter_name)} />);
}

const back = (c: Page) => c.redirect(`${baseOf(c)}?lang=${languageOf(c)}`, 303);

function toFaults(problem: Problem, filled: Filled, c: Page): Fault[] {
  const { faults } = WORDS[languageOf(c)];
  const faultOf = (field: keyof typeof faults | null): Fault =>
    field === null ? [null, faults.other] : [field, faults[field]];
  const found =
    problem.code === 'invalid_input'
      ? (problem.members.errors as InputFault[]).map(({ pointer }) => fieldAt(pointer, filled))
      : [null];
  return inOrder(filled.values.agree === 'yes' ? found : [...found, 'agree']).map(faultOf);
}

/** @throws Problem where something is wrong with it */
function readRegistration({ terms }: Visit, filled: Filled): RegistrationRequest {
  const profession = terms.find(
    ({ kind, code }) => kind === 'profession' && code === filled.values.profession,
  );
  const wish = toRegistration(filled, profession?.requires);
  return parse(RegistrationRequestSchema, wish, '/') as RegistrationRequest;
}

async function registerGuest(c: Page) {
  const visit = await readVisit(c);
  if (!visit) return showInvalid(c);
  const form = await readOwnForm(c, visit);
  if (!form) return back(c);
  const { exchange, link } = visit;
  const filled = filledIn(form);
  try {
    const wish = readRegistration(visit, filled);
    if (filled.values.agree !== 'yes') throw new Problem('invalid_input', 'agree', { errors: [] });
    const registered = await register(exchange, link, wish, filled.claim);
    const { pathname } = new URL(await registeredUrl(registered, exchange));
    return c.redirect(`${pathname}?lang=${languageOf(c)}`, 303);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'invalid_state' || error.code === 'not_found') return back(c);
    return showRegister(c, visit, filled, toFaults(error, filled, c));
  }
}

/** The same page in the other language, with what was typed. The tick is not kept: it was for the other text. */
async function switchLanguage(c: Page) {
  const visit = await readVisit(c);
  if (!visit) return showInvalid(c);
  const form = visit.row.registered_at === null ? await readOwnForm(c, visit) : null;
  return form ? showRegister(c, visit, filledIn(form)) : back(c);
}

async function showKey(c: Page) {
  const visit = await readVisit(c);
  if (!visit) return showInvalid(c);
  if (visit.link.holder !== 'registered' || !(await readOwnForm(c, visit))) return back(c);
  const words = WORDS[languageOf(c)];
  try {
    const { secret } = await handOverKey(visit.exchange, visit.link);
    const [before, link] = words.keyNext;
    return show(
      c,
      200,
      words.keyTitle,
      <Told heading={words.keyTitle}>
        <p class="panel">
          <code>{secret}</code>
        </p>
        <p>{words.keyShown}</p>
        <p>
          {before} <a href="/docs/guides/quickstart">{link}</a>.
        </p>
      </Told>,
    );
  } catch (error) {
    // Somebody was faster, or it may not be handed over: the page says how it stands.
    if (error instanceof Problem) return back(c);
    throw error;
  }
}

export function mountJoinPage(app: Hono<AppEnv>): void {
  app.use('/join/:token/*', ...guardLink(showInvalid));
  app.get('/join/:token', open);
  app.post('/join/:token/register', registerGuest);
  app.post('/join/:token/language', switchLanguage);
  app.post('/join/:token/key', showKey);
  // A reload of what was sent.
  for (const name of ['register', 'language', 'key']) app.get(`/join/:token/${name}`, back);
}
