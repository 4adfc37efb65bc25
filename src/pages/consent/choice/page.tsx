/**
 * The page on which a client chooses among several practices, and afterwards sees whom it is and stops it. What holds for
 * the page of one practice holds here: a GET changes nothing, every POST carries a token of our own form, and the link
 * alone shows nothing of the client.
 */
import type { Hono } from 'hono';
import * as v from 'valibot';
import { isActive, representativeAuthority, signedBy } from '../../../consents/consents.schemas.ts';
import { OWN_TRIES_MAX, triesLeft } from '../../../consents/name-tries.ts';
import { readSettings } from '../../../env.ts';
import type { AppEnv } from '../../../http/app-env.ts';
import type { Exchange } from '../../../ledger/exchange.ts';
import { sha256Hex } from '../../../platform/access/token.ts';
import { answerChoice, canAsk, refuseChoice, stopOne } from '../../../referrals/choice/chain.ts';
import { toHostedConsent } from '../../../referrals/consenting/decide.ts';
import { type Form, fieldOf, readForm } from '../../kit/forms.ts';
import { type Language, languageOf } from '../../kit/language.ts';
import { guardLink, type Page } from '../../kit/page.tsx';
import { type Fault, PlainPage } from '../../kit/parts.tsx';
import {
  backToLink,
  chosenIn,
  confirmNameAt,
  type Door,
  decideAt,
  filledIn,
  type Made,
  readVisitorAt,
  sendPrivately,
} from '../page.tsx';
import { toReceipt } from '../receipt.ts';
import { openSigned, show, showInvalid } from '../show.tsx';
import { consentEnd, factsOf, type Visit } from '../visit.ts';
import { baseOf, isFormOf, type Visitor, waitOf } from '../visitor.ts';
import { WORDS } from '../words.ts';
import { endedBefore, showChoice, showLocked, showName, showWay } from './show.tsx';
import { type FilledChoice, rankFieldOf } from './views.tsx';
import {
  type ChoiceVisit,
  categoriesFor,
  choiceFactsOf,
  choicePlan,
  choiceTextOf,
  openChoice,
} from './visit.ts';
import { CHOICE_WORDS } from './words.ts';

const DOOR: Door<ReturnType<typeof choicePlan>, ChoiceVisit> = {
  plan: choicePlan,
  open: openChoice,
  referralOf: ({ visits: [first] }) => first,
  showName,
  showLocked,
};

const readVisitor = (c: Page) => readVisitorAt(c, DOOR);

async function showLink(c: Page) {
  const visitor = await readVisitor(c);
  if (!visitor) return showInvalid(c);
  if (endedBefore(visitor)) return showWay(c, visitor);
  const wait = waitOf(visitor);
  if (wait !== null) return showLocked(c, visitor, wait);
  if (!visitor.session) {
    const left = triesLeft(visitor.visit.request.name_tries, visitor.place, visitor.now);
    return showName(c, visitor, left < OWN_TRIES_MAX ? left : null, false);
  }
  return visitor.visit.state === 'choosing' ? showChoice(c, visitor) : showWay(c, visitor);
}

const placeOf = ({ told }: Visit) => told.choice_place ?? 0;

/** By place in the sender's order, as far as it is one in the client's. */
function ranksIn(form: Form, { visits }: ChoiceVisit): FilledChoice['ranks'] {
  const given = visits.map((visit): [number, string] => [
    placeOf(visit),
    fieldOf(form, rankFieldOf(placeOf(visit))),
  ]);
  return Object.fromEntries(given.filter(([, rank]) => /^[1-5]$/.test(rank)));
}

const filledChoiceIn = (form: Form, choice: ChoiceVisit): FilledChoice => ({
  ...filledIn(form, chosenIn(form, choice)),
  ranks: ranksIn(form, choice),
});

/** The same page in the other language, with what was typed. */
async function switchLanguage(c: Page) {
  const visitor = await readVisitor(c);
  const form = visitor?.session ? await readForm(c, isFormOf(c, visitor)) : null;
  if (!visitor || !form || visitor.visit.state !== 'choosing') return backToLink(c);
  return showChoice(c, visitor, [], filledChoiceIn(form, visitor.visit));
}

/** Nobody is named, or two of them with one place. */
function rankFaults(
  { visits: [first] }: ChoiceVisit,
  ranks: FilledChoice['ranks'],
  language: Language,
): Fault[] {
  const { errors } = CHOICE_WORDS[language];
  const given = Object.entries(ranks);
  if (given.length === 0) return [[rankFieldOf(placeOf(first)), errors.none]];
  return given.flatMap(([place, rank], index): Fault[] =>
    given.findIndex(([, other]) => other === rank) === index
      ? []
      : [[rankFieldOf(Number(place)), errors.twice]],
  );
}

function faultsOf(
  form: Form,
  choice: ChoiceVisit,
  filled: FilledChoice,
  textHash: string,
  language: Language,
): Fault[] {
  const { errors } = WORDS[language];
  const faults: Fault[] = rankFaults(choice, filled.ranks, language);
  if (fieldOf(form, 'text_hash') !== textHash) faults.unshift(['agree', errors.changed]);
  if (!['yes', 'no'].includes(filled.feedback)) faults.push(['feedback-yes', errors.feedback]);
  if (!v.is(signedBy, filled.signature)) faults.push(['signature', errors.signature]);
  if (filled.authority !== '' && !v.is(representativeAuthority, filled.authority))
    faults.push(['authority', errors.authority]);
  if (fieldOf(form, 'agree') !== 'yes') faults.push(['agree', errors.tick]);
  return faults;
}

async function grantOn(
  c: Page,
  visitor: Visitor<ChoiceVisit>,
  form: Form,
  { database, vault }: Exchange,
): Promise<Made | null> {
  const { visit: choice, now } = visitor;
  if (choice.state !== 'choosing') return null;
  const language = languageOf(c);
  const words = CHOICE_WORDS[language];
  const text = choiceTextOf(choice, language, now);
  const textHash = await sha256Hex(text);
  const filled = filledChoiceIn(form, choice);
  const faults = faultsOf(form, choice, filled, textHash, language);
  if (faults.length > 0) return showChoice(c, visitor, faults, filled);
  const { ranks } = filled;
  const named = choice.visits
    .filter((visit) => ranks[placeOf(visit)] !== undefined)
    .sort((one, other) => Number(ranks[placeOf(one)]) - Number(ranks[placeOf(other)]));
  if (!canAsk(named, now)) {
    const text = words.unavailable(choiceFactsOf(choice, language, now));
    return show(c, 409, words.title, <PlainPage heading={words.title} text={text} />);
  }
  const consented = await Promise.all(
    named.map(async (visit) => {
      const { told, record, request, referral, gate, purposes } = visit;
      const grant = {
        categories: categoriesFor(visit, ['identity', 'contact', ...filled.categories]),
        purposes,
        feedback: filled.feedback === 'yes',
        signedBy: filled.signature,
        representativeAuthority: filled.authority || null,
        language,
        text,
        textHash,
        expiresAt: consentEnd(visit, now),
      };
      const own = await vault.openReferralVault(told.id, record);
      return { referral, gate, consent: await toHostedConsent(told.id, request, grant, own, now) };
    }),
  );
  const others = choice.visits.filter((visit) => !named.includes(visit)).map(({ referral }) => referral);
  return answerChoice(database.query, choice.id, consented, others, now);
}

const grant = (c: Page) =>
  decideAt(c, DOOR, (visitor, form, exchange) => grantOn(c, visitor, form, exchange));

const deny = (c: Page) =>
  decideAt(c, DOOR, async ({ visit: { state, id, visits }, now }, _form, { database }) =>
    state === 'choosing'
      ? refuseChoice(
          database.query,
          id,
          visits.map(({ referral }) => referral),
          now,
        )
      : null,
  );

const stop = (c: Page) =>
  decideAt(c, DOOR, async ({ visit: { visits }, now }, _form, { database }) => {
    const active = visits.filter(({ consent }) => consent && isActive(consent, now));
    return active.length === 0
      ? null
      : active.flatMap(({ referral }) => stopOne(database.query, referral, now));
  });

/** One for each practice: each consent is its own. */
async function sendReceipts(c: Page) {
  const visitor = await readVisitor(c);
  if (!visitor) return showInvalid(c);
  const { visit: choice, now } = visitor;
  const given = choice.visits.filter(({ consent }) => consent !== undefined);
  if (!visitor.session || given.length === 0) return backToLink(c);
  const address = readSettings(c.env).publicOrigin + baseOf(c);
  const receipts = [];
  for (const visit of given) {
    const { consent, told } = visit;
    const facts = factsOf(visit, languageOf(c), now);
    if (consent)
      receipts.push(toReceipt(consent, facts, address, told.client_jurisdiction, await openSigned(c, visit)));
  }
  return sendPrivately(c, receipts);
}

export function mountChoicePage(app: Hono<AppEnv>): void {
  app.use('/choice/:token/*', ...guardLink(showInvalid));
  app.get('/choice/:token', showLink);
  app.get('/choice/:token/receipt.json', sendReceipts);
  app.post('/choice/:token/name', (c) => confirmNameAt(c, DOOR));
  app.post('/choice/:token/language', switchLanguage);
  // A reload of what was switched.
  app.get('/choice/:token/language', backToLink);
  app.post('/choice/:token/grant', grant);
  app.post('/choice/:token/deny', deny);
  app.post('/choice/:token/revoke', stop);
}
