/**
 * The page behind a client's link. A GET never changes anything, as mail scanners follow links; every POST carries
 * a token of our own form; the link alone shows nothing of the client.
 */
import type { Hono } from 'hono';
import * as v from 'valibot';
import {
  type Category,
  isActive,
  representativeAuthority,
  signedBy,
} from '../../consents/consents.schemas.ts';
import { OWN_TRIES_MAX, triesLeft } from '../../consents/name-tries.ts';
import { countNameTried, forgetNamesTried, selectNameTries } from '../../consents/requests.repository.ts';
import { readSettings } from '../../env.ts';
import type { AppEnv } from '../../http/app-env.ts';
import { exchangeOf } from '../../http/mount.ts';
import { commit } from '../../ledger/commit.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { sha256Hex } from '../../platform/access/token.ts';
import { type Found, one, type Plan } from '../../platform/db/plan.ts';
import { Problem } from '../../platform/problem.ts';
import { denyConsent, grantConsent, takeBackConsent } from '../../referrals/consenting/decide.ts';
import { requireSendable } from '../../referrals/gate.ts';
import { foldName } from '../../referrals/names.ts';
import { type Form, fieldOf, readForm } from '../kit/forms.ts';
import { languageOf } from '../kit/language.ts';
import { guardLink, type Page } from '../kit/page.tsx';
import { type Fault, PlainPage } from '../kit/parts.tsx';
import { toReceipt } from './receipt.ts';
import {
  endedBefore,
  openClient,
  openSigned,
  show,
  showDecision,
  showEnded,
  showInvalid,
  showLocked,
  showName,
  showReceipt,
  textOf,
} from './show.tsx';
import type { Filled } from './views.tsx';
import { consentEnd, factsOf, toVisit, type Visit, visitPlan } from './visit.ts';
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

const OPTIONAL: readonly Category[] = ['reason', 'background', 'notes', 'documents', 'intake'];

/** One of the pages behind a client's link: about one practice, or about several among which the client chooses. */
export interface Door<P extends Plan, V extends Asked> {
  readonly plan: (exchange: Exchange, tokenHash: string) => P;
  readonly open: (rows: Found<P>, exchange: Exchange) => Promise<V | null>;
  /** A referral whose client is the one who was asked. */
  readonly referralOf: (visit: V) => Visit;
  readonly showName: (
    c: Page,
    visitor: Visitor<V>,
    triesLeft: number | null,
    isWrong: boolean,
  ) => Response | Promise<Response>;
  readonly showLocked: (c: Page, visitor: Visitor<V>, until: number) => Response | Promise<Response>;
}

const DOOR: Door<ReturnType<typeof visitPlan>, Visit> = {
  plan: visitPlan,
  open: toVisit,
  referralOf: (visit) => visit,
  showName,
  showLocked,
};

export async function readVisitorAt<P extends Plan, V extends Asked>(
  c: Page,
  { plan, open }: Door<P, V>,
): Promise<Visitor<V> | null> {
  const exchange = exchangeOf(c);
  const rows = await exchange.database.read(plan(exchange, await tokenHashOf(c)));
  return greet(c, await open(rows, exchange), exchange);
}

const readVisitor = (c: Page) => readVisitorAt(c, DOOR);

async function showLink(c: Page) {
  const visitor = await readVisitor(c);
  if (!visitor) return showInvalid(c);
  if (endedBefore(visitor)) return showEnded(c, visitor);
  const wait = waitOf(visitor);
  if (wait !== null) return showLocked(c, visitor, wait);
  if (!visitor.session) {
    const left = triesLeft(visitor.visit.request.name_tries, visitor.place, visitor.now);
    return showName(c, visitor, left < OWN_TRIES_MAX ? left : null, false);
  }
  return visitor.visit.told.progress.state === 'awaiting_consent'
    ? showDecision(c, visitor)
    : showReceipt(c, visitor);
}

export const backToLink = (c: Page) => c.redirect(`${baseOf(c)}?lang=${languageOf(c)}`, 303);

export async function confirmNameAt<P extends Plan, V extends Asked>(c: Page, door: Door<P, V>) {
  const visitor = await readVisitorAt(c, door);
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

export type Made = Plan | Response;

/** Decides on what is true, and again where somebody changed it meanwhile. @param make returns null to do nothing */
export async function decideAt<const P extends Plan, V extends Asked>(
  c: Page,
  { plan, open }: Door<P, V>,
  make: (visitor: Visitor<V>, form: Form, exchange: Exchange) => Promise<Made | null>,
): Promise<Response> {
  const tokenHash = await tokenHashOf(c);
  const decideOn = async (rows: Found<P>, exchange: Exchange): Promise<Made> => {
    const visitor = await greet(c, await open(rows, exchange), exchange);
    if (!visitor) return showInvalid(c);
    const form = visitor.session ? await readForm(c, isFormOf(c, visitor)) : null;
    return (form && (await make(visitor, form, exchange))) ?? backToLink(c);
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

const decide = (c: Page, make: (visitor: Visitor, form: Form, exchange: Exchange) => Promise<Made | null>) =>
  decideAt(c, DOOR, make);

export const chosenIn = (form: Form, { request }: Asked) =>
  (form.get('category') ?? []).filter((category) => request.categories.includes(category));

export const filledIn = (form: Form, categories: readonly string[]): Filled => ({
  categories,
  feedback: fieldOf(form, 'feedback'),
  signature: fieldOf(form, 'signature'),
  authority: fieldOf(form, 'authority'),
});

/** The same page in the other language, with what was typed. The tick is not kept: it was for the other text. */
async function switchLanguage(c: Page) {
  const visitor = await readVisitor(c);
  const form = visitor?.session ? await readForm(c, isFormOf(c, visitor)) : null;
  if (!visitor || !form || visitor.visit.told.progress.state !== 'awaiting_consent') return backToLink(c);
  return showDecision(c, visitor, [], filledIn(form, chosenIn(form, visitor.visit)));
}

const grant = (c: Page) =>
  decide(c, async (visitor, form, { database, vault: exchangeVault }) => {
    const { visit, now } = visitor;
    const language = languageOf(c);
    const words = WORDS[language];
    if (visit.told.progress.state !== 'awaiting_consent') return null;
    const text = textOf(visit, language, now);
    const textHash = await sha256Hex(text);
    const chosen = chosenIn(form, visit);
    const filled = filledIn(form, chosen);
    const faults: Fault[] = [];
    if (fieldOf(form, 'text_hash') !== textHash) faults.push(['agree', words.errors.changed]);
    if (!['yes', 'no'].includes(filled.feedback)) faults.push(['feedback-yes', words.errors.feedback]);
    if (!v.is(signedBy, filled.signature)) faults.push(['signature', words.errors.signature]);
    if (filled.authority !== '' && !v.is(representativeAuthority, filled.authority))
      faults.push(['authority', words.errors.authority]);
    if (fieldOf(form, 'agree') !== 'yes') faults.push(['agree', words.errors.tick]);
    if (faults.length > 0) return showDecision(c, visitor, faults, filled);
    try {
      requireSendable(visit.gate, visit.told.client_jurisdiction, now, visit.told.sender_professional_id);
    } catch {
      return show(
        c,
        409,
        words.title,
        <PlainPage heading={words.title} text={words.unavailable(factsOf(visit, language, now))} />,
      );
    }
    const categories = ['identity', 'contact', ...OPTIONAL.filter((category) => chosen.includes(category))];
    const vault = await exchangeVault.openReferralVault(visit.told.id, visit.record);
    return grantConsent(
      database.query,
      visit.referral,
      visit.told.id,
      visit.request,
      {
        categories,
        purposes: visit.purposes,
        feedback: filled.feedback === 'yes',
        signedBy: filled.signature,
        representativeAuthority: filled.authority || null,
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
  decide(c, async ({ visit, now }, _form, { database }) =>
    visit.told.progress.state === 'awaiting_consent'
      ? denyConsent(database.query, visit.referral, now)
      : null,
  );

const revoke = (c: Page) =>
  decide(c, async ({ visit, now }, _form, { database }) =>
    visit.consent && isActive(visit.consent, now)
      ? takeBackConsent(database.query, visit.referral, visit.told.id, now)
      : null,
  );

/** A file for the client alone. */
export const sendPrivately = (c: Page, receipt: unknown) =>
  c.json(receipt, 200, {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex, nofollow',
    'Content-Disposition': 'attachment; filename="consent-receipt.json"',
  });

async function sendReceipt(c: Page) {
  const visitor = await readVisitor(c);
  if (!visitor?.visit.consent || !visitor.session) return visitor ? backToLink(c) : showInvalid(c);
  const { visit, now } = visitor;
  const signed = await openSigned(c, visit);
  const address = readSettings(c.env).publicOrigin + baseOf(c);
  const facts = factsOf(visit, languageOf(c), now);
  const receipt = toReceipt(visitor.visit.consent, facts, address, visit.told.client_jurisdiction, signed);
  return sendPrivately(c, receipt);
}

export function mountConsentPage(app: Hono<AppEnv>): void {
  app.use('/consent/:token/*', ...guardLink(showInvalid));
  app.get('/consent/:token', showLink);
  app.get('/consent/:token/receipt.json', sendReceipt);
  app.post('/consent/:token/name', (c) => confirmNameAt(c, DOOR));
  app.post('/consent/:token/language', switchLanguage);
  // A reload of what was switched.
  app.get('/consent/:token/language', backToLink);
  app.post('/consent/:token/grant', grant);
  app.post('/consent/:token/deny', deny);
  app.post('/consent/:token/revoke', revoke);
}
