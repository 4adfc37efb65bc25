/**
 * The way from a client's link to what stands behind it, whether that is about one practice or about several among which
 * the client chooses. A GET never changes anything, as mail scanners follow links; every POST carries a token of our own
 * form; the link alone shows nothing of the client.
 */
import type { Hono } from 'hono';
import * as v from 'valibot';
import { representativeAuthority, signedBy } from '../../consents/consents.schemas.ts';
import { OWN_TRIES_MAX, triesLeft } from '../../consents/name-tries.ts';
import { countNameTried, forgetNamesTried, selectNameTries } from '../../consents/requests.repository.ts';
import { readSettings } from '../../env.ts';
import type { AppEnv } from '../../http/app-env.ts';
import { exchangeOf } from '../../http/mount.ts';
import { commit } from '../../ledger/commit.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { type Found, one, type Plan } from '../../platform/db/plan.ts';
import { Problem } from '../../platform/problem.ts';
import type { Grant } from '../../referrals/consenting/decide.ts';
import { foldName } from '../../referrals/names.ts';
import { type Form, fieldOf, readForm } from '../kit/forms.ts';
import { type Language, languageOf } from '../kit/language.ts';
import { guardLink, type Page } from '../kit/page.tsx';
import { type Fault, PlainPage } from '../kit/parts.tsx';
import { toReceipt } from './receipt.ts';
import { openClient, openSigned, show, showInvalid } from './show.tsx';
import type { Filled } from './views.tsx';
import { factsOf, type Visit } from './visit.ts';
import {
  type Asked,
  baseOf,
  beginVisit,
  greet,
  isFormOf,
  tokenHashOf,
  type Visitor,
  waitOf,
} from './visitor.ts';
import { WORDS } from './words.ts';

type Shown = Response | Promise<Response>;
type Show<V extends Asked> = (c: Page, visitor: Visitor<V>) => Shown;

/** What is particular to a page: how it is read, when it asks for what, and how that looks. */
export interface Door<P extends Plan, V extends Asked, F extends Filled> {
  readonly path: '/consent' | '/choice';
  readonly plan: (exchange: Exchange, tokenHash: string) => P;
  readonly open: (rows: Found<P>, exchange: Exchange) => Promise<V | null>;
  /** A referral whose client is the one who was asked. */
  readonly referralOf: (visit: V) => Visit;
  /** The client has not answered yet, and still can. */
  readonly isAsking: (visit: V) => boolean;
  /** It ended before the client was asked for anything: that says nothing about them, so it is said at once. */
  readonly endedBefore: (visitor: Visitor<V>) => boolean;
  readonly filledIn: (form: Form, visit: V) => F;
  /** @param triesLeft null while none was used up */
  readonly showName: (c: Page, visitor: Visitor<V>, triesLeft: number | null, isWrong: boolean) => Shown;
  readonly showLocked: (c: Page, visitor: Visitor<V>, until: number) => Shown;
  readonly showEnded: Show<V>;
  readonly showQuestion: (
    c: Page,
    visitor: Visitor<V>,
    faults?: readonly Fault[],
    filled?: F | undefined,
  ) => Shown;
  readonly showAnswered: Show<V>;
}

export async function readVisitor<P extends Plan, V extends Asked, F extends Filled>(
  c: Page,
  { plan, open }: Door<P, V, F>,
): Promise<Visitor<V> | null> {
  const exchange = exchangeOf(c);
  const rows = await exchange.database.read(plan(exchange, await tokenHashOf(c)));
  return greet(c, await open(rows, exchange), exchange);
}

export const backToLink = (c: Page) => c.redirect(`${baseOf(c)}?lang=${languageOf(c)}`, 303);

async function showLink<P extends Plan, V extends Asked, F extends Filled>(c: Page, door: Door<P, V, F>) {
  const visitor = await readVisitor(c, door);
  if (!visitor) return showInvalid(c);
  if (door.endedBefore(visitor)) return door.showEnded(c, visitor);
  const wait = waitOf(visitor);
  if (wait !== null) return door.showLocked(c, visitor, wait);
  const { visit, place, now } = visitor;
  if (!visitor.session) {
    const left = triesLeft(visit.request.name_tries, place, now);
    return door.showName(c, visitor, left < OWN_TRIES_MAX ? left : null, false);
  }
  return door.isAsking(visit) ? door.showQuestion(c, visitor) : door.showAnswered(c, visitor);
}

async function confirmName<P extends Plan, V extends Asked, F extends Filled>(c: Page, door: Door<P, V, F>) {
  const visitor = await readVisitor(c, door);
  if (!visitor) return showInvalid(c);
  const { visit, place, now } = visitor;
  const stranger = { ...visitor, session: '' };
  const form = await readForm(c, isFormOf(c, stranger));
  if (!form) return backToLink(c);
  const { database } = c.var;
  const { found } = await database.write({
    counted: one(countNameTried(database.query, visit.request.id, place, now)),
    request: one(selectNameTries(database.query, visit.request.id)),
  });
  const tries = found.request?.name_tries ?? [];
  const wait = waitOf(stranger, tries) ?? now;
  if (!found.counted) return door.showLocked(c, visitor, wait);
  const { identity } = await openClient(c, door.referralOf(visit), ['identity']);
  const given = foldName(fieldOf(form, 'last_name'));
  if (given === '' || given !== foldName(identity?.family_name ?? '')) {
    const left = triesLeft(tries, place, now);
    return left > 0 ? door.showName(c, visitor, left, true) : door.showLocked(c, visitor, wait);
  }
  await database.batch([forgetNamesTried(database.query, visit.request.id, place)]);
  await beginVisit(c, visitor);
  return backToLink(c);
}

/** The same page in the other language, with what was typed. The tick is not kept: it was for the other text. */
async function switchLanguage<P extends Plan, V extends Asked, F extends Filled>(
  c: Page,
  door: Door<P, V, F>,
) {
  const visitor = await readVisitor(c, door);
  const form = visitor?.session ? await readForm(c, isFormOf(c, visitor)) : null;
  if (!visitor || !form || !door.isAsking(visitor.visit)) return backToLink(c);
  return door.showQuestion(c, visitor, [], door.filledIn(form, visitor.visit));
}

/** What a form brings about, or the page that answers it. */
export type Made = Plan | Response;
/** @returns null to do nothing */
export type Make<V extends Asked> = (
  c: Page,
  visitor: Visitor<V>,
  form: Form,
  exchange: Exchange,
) => Promise<Made | null>;

/** Decides on what is true, and again where somebody changed it meanwhile. */
async function decide<const P extends Plan, V extends Asked, F extends Filled>(
  c: Page,
  { plan, open }: Door<P, V, F>,
  make: Make<V>,
): Promise<Response> {
  const tokenHash = await tokenHashOf(c);
  const decideOn = async (rows: Found<P>, exchange: Exchange): Promise<Made> => {
    const visitor = await greet(c, await open(rows, exchange), exchange);
    if (!visitor) return showInvalid(c);
    const form = visitor.session ? await readForm(c, isFormOf(c, visitor)) : null;
    return (form && (await make(c, visitor, form, exchange))) ?? backToLink(c);
  };
  const decided = commit(exchangeOf(c), (exchange) => ({
    subject: tokenHash,
    read: plan(exchange, tokenHash),
    decide: async (rows: Found<P>) => {
      const made = await decideOn(rows, exchange);
      const isAnswer = made instanceof Response;
      return {
        writes: isAnswer ? undefined : made,
        resultOf: () => (isAnswer ? made : backToLink(c)),
      };
    },
  }));
  return decided.catch((error: unknown) => {
    // Nothing was changed: the page shows what is true, and its form is there to be sent again.
    if (error instanceof Problem && error.code === 'busy') return backToLink(c);
    throw error;
  });
}

/** What the client's form says of all that every such page asks. */
export const signedIn = (form: Form, { request }: Asked): Filled => ({
  categories: (form.get('category') ?? []).filter((category) => request.categories.includes(category)),
  feedback: fieldOf(form, 'feedback'),
  signature: fieldOf(form, 'signature'),
  authority: fieldOf(form, 'authority'),
});

/** @param textHash of what the page says now: what was agreed to must be that */
export function signFaults(form: Form, filled: Filled, textHash: string, language: Language): Fault[] {
  const { errors } = WORDS[language];
  const faults: Fault[] = [];
  if (fieldOf(form, 'text_hash') !== textHash) faults.push(['agree', errors.changed]);
  if (!['yes', 'no'].includes(filled.feedback)) faults.push(['feedback-yes', errors.feedback]);
  if (!v.is(signedBy, filled.signature)) faults.push(['signature', errors.signature]);
  if (filled.authority !== '' && !v.is(representativeAuthority, filled.authority))
    faults.push(['authority', errors.authority]);
  if (fieldOf(form, 'agree') !== 'yes') faults.push(['agree', errors.tick]);
  return faults;
}

/** What was signed, for whomever it is. */
export const signatureOf = (
  filled: Filled,
  words: Pick<Grant, 'language' | 'text' | 'textHash'>,
): Omit<Grant, 'categories' | 'purposes' | 'expiresAt'> => ({
  ...words,
  feedback: filled.feedback === 'yes',
  signedBy: filled.signature,
  representativeAuthority: filled.authority || null,
});

/** Nobody can be asked any more, although the client agreed. */
export const showUnavailable = (c: Page, title: string, text: string) =>
  show(c, 409, title, <PlainPage heading={title} text={text} />);

/** The consent as a file; null where none was given. */
export async function receiptOf(c: Page, visit: Visit, now: number) {
  const { consent, told } = visit;
  if (!consent) return null;
  const address = readSettings(c.env).publicOrigin + baseOf(c);
  const facts = factsOf(visit, languageOf(c), now);
  return toReceipt(consent, facts, address, told.client_jurisdiction, await openSigned(c, visit));
}

async function sendReceipt<P extends Plan, V extends Asked, F extends Filled>(
  c: Page,
  door: Door<P, V, F>,
  receiptFor: (c: Page, visitor: Visitor<V>) => Promise<object | null>,
) {
  const visitor = await readVisitor(c, door);
  if (!visitor) return showInvalid(c);
  const receipt = visitor.session ? await receiptFor(c, visitor) : null;
  if (!receipt) return backToLink(c);
  return c.json(receipt, 200, {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex, nofollow',
    'Content-Disposition': 'attachment; filename="consent-receipt.json"',
  });
}

interface Answers<V extends Asked> {
  readonly grant: Make<V>;
  readonly deny: Make<V>;
  readonly revoke: Make<V>;
  /** Null where there is none. */
  readonly receiptFor: (c: Page, visitor: Visitor<V>) => Promise<object | null>;
}

export function mountDoor<const P extends Plan, V extends Asked, F extends Filled>(
  app: Hono<AppEnv>,
  door: Door<P, V, F>,
  { grant, deny, revoke, receiptFor }: Answers<V>,
): void {
  const link = `${door.path}/:token`;
  app.use(`${link}/*`, ...guardLink(showInvalid));
  app.get(link, (c) => showLink(c, door));
  app.get(`${link}/receipt.json`, (c) => sendReceipt(c, door, receiptFor));
  app.post(`${link}/name`, (c) => confirmName(c, door));
  app.post(`${link}/language`, (c) => switchLanguage(c, door));
  // A reload of what was switched.
  app.get(`${link}/language`, backToLink);
  app.post(`${link}/grant`, (c) => decide(c, door, grant));
  app.post(`${link}/deny`, (c) => decide(c, door, deny));
  app.post(`${link}/revoke`, (c) => decide(c, door, revoke));
}
