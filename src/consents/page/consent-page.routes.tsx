/**
 * The page behind a client's link. A GET never changes anything, as mail scanners follow links; every POST carries
 * a token of our own form; the link alone shows nothing of the client.
 */
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { sha256Hex } from '../../access/token.ts';
import { ConflictError, type Statement } from '../../db/database.ts';
import { type AppEnv, vaultOf } from '../../http/mount.ts';
import { showPage } from '../../pages/shell.tsx';
import { deliveryIdsIn, wakeDeliveries } from '../../queue.ts';
import { type Client, lettersOf } from '../../referrals/client.schemas.ts';
import { requireSendable } from '../../referrals/gate.ts';
import { type Category, isActive } from '../consents.schemas.ts';
import { denyConsent, grantConsent, takeBackConsent } from '../decide.ts';
import { countNameTried, forgetNamesTried, NAMES_TRIED_MAX } from '../requests.repository.ts';
import { toReceipt } from './receipt.ts';
import {
  createFormToken,
  createSession,
  isFormToken,
  isSession,
  SESSION_COOKIE,
  SESSION_SECONDS,
} from './session.ts';
import { DecisionPage, type DecisionProps, NamePage, PlainPage, ReceiptPage } from './views.tsx';
import { consentEnd, factsOf, readVisit, type Visit } from './visit.ts';
import { LANGUAGES, type Language, WORDS } from './words.ts';

type Page = Context<AppEnv>;

/** Each loser of a race looks again at what is true by then. */
const DECISIONS_MAX = 3;
const FORM_BYTES_MAX = 16_384;
const OPTIONAL: readonly Category[] = ['reason', 'background', 'notes', 'documents'];

function languageOf(c: Page): Language {
  const asked =
    c.req.query('lang') ?? c.req.header('Accept-Language')?.split(',')[0]?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language === asked) ?? 'en';
}

const baseOf = (c: Page) => `/consent/${c.req.param('token')}`;

function show(c: Page, status: 200 | 404 | 409 | 413 | 422 | 429, title: string, children: unknown) {
  const language = languageOf(c);
  const other = language === 'en' ? 'es' : 'en';
  const otherLanguage = { code: other, name: WORDS[other].languageName, href: `${baseOf(c)}?lang=${other}` };
  return showPage(c, status, { language, title, otherLanguage, children: children as never });
}

/** The one answer to every link that leads nowhere, whatever is wrong with it. */
function showInvalid(c: Page) {
  const words = WORDS[languageOf(c)];
  return show(c, 404, words.invalidTitle, <PlainPage heading={words.invalidTitle} text={words.invalid} />);
}

interface Visitor {
  readonly visit: Visit;
  readonly now: number;
  /** The session cookie where the last name was confirmed, else empty. */
  readonly session: string;
}

async function readVisitor(c: Page): Promise<Visitor | null> {
  const now = Date.now();
  const visit = await readVisit(c.var.database, vaultOf(c.env), c.req.param('token') ?? '', now);
  if (!visit) return null;
  const cookie = getCookie(c, SESSION_COOKIE);
  const session = (await isSession(vaultOf(c.env), visit.request.id, cookie, now)) ? (cookie ?? '') : '';
  return { visit, now, session };
}

const isLocked = ({ visit, session }: Visitor) =>
  visit.request.names_tried >= NAMES_TRIED_MAX && session === '';

function showLocked(c: Page, { visit, now }: Visitor) {
  const language = languageOf(c);
  const words = WORDS[language];
  return show(
    c,
    409,
    words.lockedTitle,
    <PlainPage heading={words.lockedTitle} text={words.locked(factsOf(visit, language, now))} />,
  );
}

async function showName(c: Page, { visit, now }: Visitor, triesLeft: number | null) {
  const language = languageOf(c);
  const words = WORDS[language];
  const formToken = await createFormToken(vaultOf(c.env), visit.request.id, '');
  const heading = visit.row.state === 'awaiting_consent' ? words.title : words.receiptHeading;
  return show(
    c,
    triesLeft === null ? 200 : 422,
    heading,
    <NamePage
      language={language}
      base={baseOf(c)}
      formToken={formToken}
      facts={factsOf(visit, language, now)}
      heading={heading}
      triesLeft={triesLeft}
    />,
  );
}

async function openClient(
  c: Page,
  { row, record }: Visit,
  categories: readonly string[],
): Promise<Partial<Client>> {
  if (!record) return {};
  const vault = await vaultOf(c.env).openReferralVault(row.id, record);
  const client: Record<string, unknown> = {};
  for (const category of categories as Category[]) {
    const sealed = record[category];
    if (sealed) client[category] = await vault.open(`client_records.${category}`, sealed);
  }
  return client;
}

const textOf = (visit: Visit, language: Language, now: number) =>
  WORDS[language].text(factsOf(visit, language, now)).join('\n');

async function showDecision(
  c: Page,
  { visit, now, session }: Visitor,
  problems: DecisionProps['problems'] = [],
  filled = { categories: [] as string[], feedback: '', signature: '', authority: '' },
) {
  const language = languageOf(c);
  return show(
    c,
    problems.length > 0 ? 422 : 200,
    WORDS[language].title,
    <DecisionPage
      language={language}
      base={baseOf(c)}
      formToken={await createFormToken(vaultOf(c.env), visit.request.id, session)}
      facts={factsOf(visit, language, now)}
      textHash={await sha256Hex(textOf(visit, language, now))}
      asked={visit.request.categories as Category[]}
      client={await openClient(c, visit, visit.request.categories)}
      problems={problems}
      filled={filled}
    />,
  );
}

async function openSigned(
  c: Page,
  { row, record, consent }: Visit,
): Promise<{ signedBy: string; text: string[] }> {
  if (!record || !consent) return { signedBy: '', text: [] };
  const vault = await vaultOf(c.env).openReferralVault(row.id, record);
  const signature = await vault.open<{ signed_by: string }>(
    'consents.sealed_signature',
    consent.sealed_signature,
    consent.id,
  );
  const text = consent.sealed_text
    ? await vault.open<string>('consents.sealed_text', consent.sealed_text, consent.id)
    : '';
  return { signedBy: signature.signed_by, text: text.split('\n').filter(Boolean) };
}

async function showReceipt(c: Page, { visit, now, session }: Visitor) {
  const language = languageOf(c);
  const words = WORDS[language];
  const { consent } = visit;
  const facts = factsOf(visit, language, now);
  if (!consent) {
    const denied = visit.row.state === 'consent_denied';
    const heading = denied ? words.state.denied : words.state.ended;
    return show(
      c,
      200,
      heading,
      <PlainPage heading={heading} text={denied ? words.deniedText(facts) : words.disclosuresNone} />,
    );
  }
  const active = isActive(consent, now);
  const heading =
    consent.revoked_at !== null ? words.state.revoked : active ? words.state.active : words.state.expired;
  const { signedBy, text } = await openSigned(c, visit);
  return show(
    c,
    200,
    heading,
    <ReceiptPage
      language={language}
      base={baseOf(c)}
      formToken={await createFormToken(vaultOf(c.env), visit.request.id, session)}
      facts={facts}
      heading={heading}
      canRevoke={active}
      receipt={{
        id: consent.id,
        grantedAt: consent.granted_at,
        expiresAt: consent.expires_at,
        categories: consent.categories as Category[],
        purposes: visit.purposes,
        feedback: consent.directions.includes('feedback'),
        signedBy,
        textHash: consent.text_hash,
        text,
      }}
      disclosures={visit.disclosures}
    />,
  );
}

async function showLink(c: Page) {
  const visitor = await readVisitor(c);
  if (!visitor) return showInvalid(c);
  if (isLocked(visitor)) return showLocked(c, visitor);
  if (!visitor.session) return showName(c, visitor, null);
  return visitor.visit.row.state === 'awaiting_consent' ? showDecision(c, visitor) : showReceipt(c, visitor);
}

const backToLink = (c: Page) => c.redirect(`${baseOf(c)}?lang=${languageOf(c)}`, 303);

/** The form of a visitor, checked to be ours; null where it is not. */
async function readForm(c: Page, { visit, session }: Visitor): Promise<Map<string, string[]> | null> {
  const parsed = await c.req.parseBody({ all: true }).catch(() => ({}));
  const form = new Map(
    Object.entries(parsed).map(([name, value]) => [
      name,
      [value].flat().filter((one) => typeof one === 'string'),
    ]),
  );
  const token = form.get('form_token')?.[0] ?? '';
  return (await isFormToken(vaultOf(c.env), visit.request.id, session, token)) ? form : null;
}

const first = (form: Map<string, string[]>, name: string) => (form.get(name)?.[0] ?? '').trim();

async function confirmName(c: Page) {
  const visitor = await readVisitor(c);
  if (!visitor) return showInvalid(c);
  const { visit, now } = visitor;
  const form = await readForm(c, { ...visitor, session: '' });
  if (!form) return backToLink(c);
  const { database } = c.var;
  const [[counted]] = await database.batch([countNameTried(database.query, visit.request.id)]);
  if (!counted) return showLocked(c, visitor);
  const { identity } = await openClient(c, visit, ['identity']);
  const given = lettersOf(first(form, 'last_name'));
  if (given === '' || given !== lettersOf(identity?.family_name ?? '')) {
    const left = NAMES_TRIED_MAX - counted.names_tried;
    return left > 0 ? showName(c, visitor, left) : showLocked(c, visitor);
  }
  await database.batch([forgetNamesTried(database.query, visit.request.id)]);
  const secure = new URL(c.req.url).protocol === 'https:';
  setCookie(c, SESSION_COOKIE, await createSession(vaultOf(c.env), visit.request.id, now), {
    path: baseOf(c),
    httpOnly: true,
    sameSite: 'Strict',
    secure,
    maxAge: SESSION_SECONDS,
  });
  return backToLink(c);
}

/** Decides on what is true, and again where somebody changed it meanwhile. */
async function decide(
  c: Page,
  make: (visitor: Visitor, form: Map<string, string[]>) => Promise<readonly Statement[] | Response>,
) {
  for (let decisions = 0; decisions < DECISIONS_MAX; decisions += 1) {
    const visitor = await readVisitor(c);
    if (!visitor) return showInvalid(c);
    const form = visitor.session ? await readForm(c, visitor) : null;
    if (!form) return backToLink(c);
    const made = await make(visitor, form);
    if (made instanceof Response) return made;
    if (made.length === 0) return backToLink(c);
    try {
      const deliveryIds = deliveryIdsIn(await c.var.database.batch(made));
      c.executionCtx.waitUntil(wakeDeliveries(c.env.DELIVERY_QUEUE, deliveryIds));
      return backToLink(c);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  return backToLink(c);
}

const grant = (c: Page) =>
  decide(c, async (visitor, form) => {
    const { visit, now } = visitor;
    const language = languageOf(c);
    const words = WORDS[language];
    if (visit.row.state !== 'awaiting_consent') return [];
    const text = textOf(visit, language, now);
    const textHash = await sha256Hex(text);
    const chosen = (form.get('category') ?? []).filter((category) =>
      visit.request.categories.includes(category),
    );
    const filled = {
      categories: chosen,
      feedback: first(form, 'feedback'),
      signature: first(form, 'signature'),
      authority: first(form, 'authority'),
    };
    const problems: [string, string][] = [];
    if (first(form, 'text_hash') !== textHash) problems.push(['agree', words.errors.changed]);
    if (!['yes', 'no'].includes(filled.feedback)) problems.push(['feedback-yes', words.errors.feedback]);
    if (filled.signature === '' || filled.signature.length > 160 || !filled.signature.isWellFormed())
      problems.push(['signature', words.errors.signature]);
    if (first(form, 'agree') !== 'yes') problems.push(['agree', words.errors.tick]);
    if (problems.length > 0) return showDecision(c, visitor, problems, filled);
    try {
      requireSendable(visit.gate, visit.row.client_jurisdiction, now, visit.row.sender_professional_id);
    } catch {
      return show(
        c,
        409,
        words.title,
        <PlainPage heading={words.title} text={words.unavailable(factsOf(visit, language, now))} />,
      );
    }
    const categories = ['identity', 'contact', ...OPTIONAL.filter((category) => chosen.includes(category))];
    const vault = await vaultOf(c.env).openReferralVault(
      visit.row.id,
      visit.record ?? { master_key_id: '', wrapped_data_key: '' },
    );
    return grantConsent(
      c.var.database.query,
      visit.row,
      visit.request,
      {
        categories,
        purposes: visit.purposes,
        feedback: filled.feedback === 'yes',
        signedBy: filled.signature,
        representativeAuthority: filled.authority.slice(0, 200) || null,
        language,
        text,
        textHash,
        expiresAt: consentEnd(visit, now),
      },
      vault,
      now,
    );
  });

const deny = (c: Page) =>
  decide(c, async ({ visit, now }) =>
    visit.row.state === 'awaiting_consent' ? denyConsent(c.var.database.query, visit.row, now) : [],
  );

const revoke = (c: Page) =>
  decide(c, async ({ visit, now }) =>
    visit.consent && isActive(visit.consent, now)
      ? takeBackConsent(c.var.database.query, visit.row, now)
      : [],
  );

async function sendReceipt(c: Page) {
  const visitor = await readVisitor(c);
  if (!visitor?.visit.consent || !visitor.session) return visitor ? backToLink(c) : showInvalid(c);
  const { visit, now } = visitor;
  const { signedBy } = await openSigned(c, visit);
  const address = new URL(c.req.url).origin + baseOf(c);
  const facts = factsOf(visit, languageOf(c), now);
  const receipt = toReceipt(visitor.visit.consent, facts, address, visit.row.client_jurisdiction, signedBy);
  return c.json(receipt, 200, {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex, nofollow',
    'Content-Disposition': 'attachment; filename="consent-receipt.json"',
  });
}

async function limitRate(c: Page, next: () => Promise<void>) {
  const { success } = await c.env.ANONYMOUS_RATE_LIMIT.limit({
    key: c.req.header('CF-Connecting-IP') ?? 'unknown',
  });
  if (success) return next();
  c.header('Retry-After', '60');
  const words = WORDS[languageOf(c)];
  return show(c, 429, words.errorTitle, <PlainPage heading={words.errorTitle} text="60 s" />);
}

export function mountConsentPage(app: Hono<AppEnv>): void {
  app.use(
    '/consent/*',
    limitRate,
    bodyLimit({ maxSize: FORM_BYTES_MAX, onError: (c) => showInvalid(c as Page) }),
  );
  app.get('/consent/:token', showLink);
  app.get('/consent/:token/receipt.json', sendReceipt);
  app.post('/consent/:token/name', confirmName);
  app.post('/consent/:token/grant', grant);
  app.post('/consent/:token/deny', deny);
  app.post('/consent/:token/revoke', revoke);
}
