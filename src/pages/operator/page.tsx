/**
 * The operator's pages, without scripts: who waits to be verified, how the exchange is, the network's months. Nobody
 * puts a key into an address: it is typed into a form once, and the browser holds a sealed, short session of it.
 */

import type { Hono } from 'hono';
import type * as v from 'valibot';
import { healthPlan, toHealth } from '../../health/health.ts';
import type { AppEnv } from '../../http/app-env.ts';
import { parse } from '../../http/input.ts';
import { many, one } from '../../platform/db/plan.ts';
import { invalidInput, Problem } from '../../platform/problem.ts';
import { selectCountedMonth } from '../../reports/network/network.repository.ts';
import { toNetworkReport } from '../../reports/network/report.ts';
import {
  countPendingCredentials,
  selectUnexamined,
  type UnexaminedRow,
} from '../../verification/credentials.repository.ts';
import { credentialOperations } from '../../verification/credentials.routes.ts';
import { shownEnd } from '../../verification/expiry.ts';
import { resolveCase } from '../../verification/rosters/cases.commands.ts';
import {
  countWaitingCases,
  type ShownCase,
  selectWaitingCases,
} from '../../verification/rosters/cases.repository.ts';
import { presentCounts, ResolutionSchema } from '../../verification/rosters/cases.schemas.ts';
import { fieldOf, readForm } from '../kit/forms.ts';
import { languageOf, writeMonth } from '../kit/language.ts';
import { limitForm, limitRate, type Page, show } from '../kit/page.tsx';
import { type Fault, PlainPage } from '../kit/parts.tsx';
import { showOperatorPage, showSignIn } from './around.tsx';
import { HealthPage } from './health.tsx';
import { NetworkPage } from './network.tsx';
import { type Entry, FIRST_RESOLUTIONS, type Filled, Queue } from './queue.tsx';
import { BASE, isFormOf, readVisit, requestOf, type SignedIn, signIn, signOut } from './visit.ts';
import { WORDS } from './words.ts';
import { WAITING_KINDS, type WaitingKind } from './words.types.ts';

/** So many stand on a page. */
const ENTRIES_MAX = 20;
const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/;

const to = (c: Page, path: string) => c.redirect(`${BASE}${path}?lang=${languageOf(c)}`, 303);
/** Signed out, or not signed in any more. */
const toSignIn = (c: Page) => to(c, '');

const kindOf = (text: string | undefined) => WAITING_KINDS.find((kind) => kind === text);

type Said = v.InferOutput<typeof ResolutionSchema>;

const toEntry = (one: ShownCase): Entry => ({
  id: one.id,
  kind: one.kind,
  name: one.professional_name,
  practice: one.practice_name,
  credential: one.number,
  since: one.created_at,
  differences: one.differences,
});

const toFirstEntry = (one: UnexaminedRow): Entry => ({
  id: one.id,
  kind: 'pending',
  name: one.professional_name,
  practice: one.practice_name,
  credential: [one.title, one.issuer, one.number, one.jurisdiction, one.starts_on, shownEnd(one)]
    .filter(Boolean)
    .join(', '),
  since: one.created_at,
  differences: null,
});

/** As the operations decide of which nobody has looked at: with the words as the source, or as the reason. */
async function decideFirst(visit: SignedIn, credential_id: string, { resolution, reason }: Said) {
  if (!FIRST_RESOLUTIONS.includes(resolution))
    throw invalidInput([{ pointer: '/resolution', detail: 'must be one of verified, rejected' }]);
  const isVerified = resolution === 'verified';
  const id = isVerified ? 'verifyCredential' : 'rejectCredential';
  const operation = credentialOperations.find((one) => one.id === id);
  const body = isVerified ? { level: 'source_verified', source: reason } : { reason };
  await operation?.handle({ ...requestOf(id, visit), params: { credential_id }, body });
}

async function showQueue(
  c: Page,
  kind: WaitingKind | undefined,
  after: string,
  refused: { readonly faults: readonly Fault[]; readonly filled: Filled } | null = null,
) {
  const visit = await readVisit(c, ({ database: { query } }) => ({
    cases: kind === 'pending' ? undefined : many(selectWaitingCases(query, kind, after, ENTRIES_MAX + 1)),
    pending: kind === 'pending' ? many(selectUnexamined(query, after, ENTRIES_MAX + 1)) : undefined,
    counts: many(countWaitingCases(query)),
    unexamined: one(countPendingCredentials(query)),
  }));
  if (!visit) return toSignIn(c);
  const language = languageOf(c);
  const { cases, pending, counts, unexamined } = visit.found;
  const entries = [...(cases ?? []).map(toEntry), ...(pending ?? []).map(toFirstEntry)];
  const byKind = { ...presentCounts(counts).by_kind, pending: unexamined?.count ?? 0 };
  const shown = entries.slice(0, ENTRIES_MAX);
  const sum = Object.values(byKind).reduce((all, count) => all + count, 0);
  const faults = refused?.faults ?? [];
  return showOperatorPage(
    c,
    'queue',
    visit.formToken,
    WORDS[language].queue.title(sum),
    <Queue
      language={language}
      formToken={visit.formToken}
      entries={shown}
      counts={byKind}
      kind={kind}
      next={entries.length > ENTRIES_MAX ? (shown.at(-1)?.id ?? null) : null}
      faults={faults}
      filled={refused?.filled ?? null}
    />,
    { status: refused ? (faults.some(([field]) => field !== null) ? 422 : 409) : 200, faults },
  );
}

const openQueue = (c: Page) => showQueue(c, kindOf(c.req.query('kind')), c.req.query('after') ?? '');

function faultsOf(c: Page, error: Problem, { entryId }: Filled): Fault[] {
  const { faults } = WORDS[languageOf(c)];
  if (error.code === 'invalid_input')
    return (error.members.errors as { pointer: string }[]).map(({ pointer }) =>
      pointer === '/resolution'
        ? [`${entryId}-resolution`, faults.resolution]
        : [`${entryId}-reason`, faults.reason],
    );
  if (error.code !== 'invalid_state') return [[null, faults.other]];
  const isDecided = (error.members.allowed_moves as unknown[]).length === 0;
  return [[null, isDecided ? faults.decided : faults.lapsed]];
}

async function decide(c: Page) {
  const visit = await readVisit(c, () => ({}));
  if (!visit) return toSignIn(c);
  const form = await readForm(c, isFormOf(visit));
  if (!form) return to(c, '/queue');
  const kind = kindOf(fieldOf(form, 'kind'));
  const filled = {
    entryId: fieldOf(form, 'entry_id'),
    resolution: fieldOf(form, 'resolution'),
    reason: fieldOf(form, 'reason'),
  };
  try {
    const { resolution, reason } = filled;
    const said = parse(ResolutionSchema, { resolution, reason }, '/') as v.InferOutput<
      typeof ResolutionSchema
    >;
    if (kind === 'pending') await decideFirst(visit, filled.entryId, said);
    else await resolveCase(requestOf('resolveVerificationCase', visit), filled.entryId, said);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showQueue(c, kind, '', { faults: faultsOf(c, error, filled), filled });
  }
  return c.redirect(`${BASE}/queue?lang=${languageOf(c)}${kind === undefined ? '' : `&kind=${kind}`}`, 303);
}

async function openHealth(c: Page) {
  const visit = await readVisit(c, ({ database, now }) => healthPlan(database, now));
  if (!visit) return toSignIn(c);
  const language = languageOf(c);
  const { exchange, found, formToken } = visit;
  const health = toHealth(found, exchange.database, exchange.now);
  const page = <HealthPage health={health} language={language} />;
  return showOperatorPage(c, 'health', formToken, WORDS[language].health.title(health.is_ready), page);
}

async function openNetwork(c: Page) {
  const asked = c.req.query('month') ?? '';
  const month = MONTH.test(asked) ? asked : null;
  const visit = await readVisit(c, ({ database: { query } }) => ({
    row: one(selectCountedMonth(query, month)),
  }));
  if (!visit) return toSignIn(c);
  const language = languageOf(c);
  const words = WORDS[language];
  const { row } = visit.found;
  if (!row)
    return showOperatorPage(
      c,
      'network',
      visit.formToken,
      words.nav.network,
      <p>{words.network.uncounted}</p>,
    );
  const title = words.network.title(writeMonth(row.month, language));
  const page = <NetworkPage report={toNetworkReport(row)} language={language} />;
  return showOperatorPage(c, 'network', visit.formToken, title, page);
}

async function open(c: Page) {
  return (await readVisit(c, () => ({}))) ? to(c, '/queue') : showSignIn(c);
}

async function enter(c: Page) {
  // A page of another origin signs nobody in.
  const site = c.req.header('Sec-Fetch-Site') ?? 'same-origin';
  const { key } = await c.req.parseBody().catch(() => ({ key: '' }));
  const isIn = site === 'same-origin' && (await signIn(c, typeof key === 'string' ? key.trim() : ''));
  return isIn ? to(c, '/queue') : showSignIn(c, [['key', WORDS[languageOf(c)].wrongKey]]);
}

async function leave(c: Page) {
  const visit = await readVisit(c, () => ({}));
  if (visit && (await readForm(c, isFormOf(visit)))) signOut(c);
  return toSignIn(c);
}

function showTooLong(c: Page) {
  const { tooLong, faults } = WORDS[languageOf(c)];
  return show(c, BASE, 413, tooLong, <PlainPage heading={tooLong} text={faults.other} />);
}

export function mountOperatorPages(app: Hono<AppEnv>): void {
  for (const path of [BASE, `${BASE}/*`]) app.use(path, limitRate, limitForm(showTooLong));
  app.get(BASE, open);
  app.post(`${BASE}/sign-in`, enter);
  app.post(`${BASE}/sign-out`, leave);
  app.get(`${BASE}/queue`, openQueue);
  app.post(`${BASE}/queue`, decide);
  app.get(`${BASE}/health`, openHealth);
  app.get(`${BASE}/network`, openNetwork);
}
