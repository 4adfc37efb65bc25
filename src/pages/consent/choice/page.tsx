/** The page on which a client chooses among several practices, and afterwards sees who is asked and stops it. */
import type { Hono } from 'hono';
import { isActive } from '../../../consents/consents.schemas.ts';
import type { AppEnv } from '../../../http/app-env.ts';
import { sha256Hex } from '../../../platform/access/token.ts';
import { answerChoice, canAsk, refuseChoice, stopOne } from '../../../referrals/choice/chain.ts';
import { toHostedConsent } from '../../../referrals/consenting/decide.ts';
import { type Form, fieldOf } from '../../kit/forms.ts';
import { type Language, languageOf } from '../../kit/language.ts';
import type { Fault } from '../../kit/parts.tsx';
import {
  type Door,
  type Make,
  mountDoor,
  receiptOf,
  showUnavailable,
  signatureOf,
  signedIn,
  signFaults,
} from '../door.tsx';
import { consentEnd, type Visit } from '../visit.ts';
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

const placeOf = ({ told }: Visit) => told.choice_place ?? 0;

/** By place in the sender's order, as far as it is one in the client's. */
function ranksIn(form: Form, { visits }: ChoiceVisit): FilledChoice['ranks'] {
  const given = visits.map((visit): [number, string] => [
    placeOf(visit),
    fieldOf(form, rankFieldOf(placeOf(visit))),
  ]);
  return Object.fromEntries(given.filter(([, rank]) => /^[1-5]$/.test(rank)));
}

const filledIn = (form: Form, choice: ChoiceVisit): FilledChoice => ({
  ...signedIn(form, choice),
  ranks: ranksIn(form, choice),
});

const isAsking = ({ state }: ChoiceVisit) => state === 'choosing';

const DOOR: Door<ReturnType<typeof choicePlan>, ChoiceVisit, FilledChoice> = {
  path: '/choice',
  plan: choicePlan,
  open: openChoice,
  referralOf: ({ visits: [first] }) => first,
  isAsking,
  endedBefore,
  filledIn,
  showName,
  showLocked,
  showEnded: showWay,
  showQuestion: showChoice,
  showAnswered: showWay,
};

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

const grant: Make<ChoiceVisit> = async (c, visitor, form, { database, vault }) => {
  const { visit: choice, now } = visitor;
  if (!isAsking(choice)) return null;
  const language = languageOf(c);
  const text = choiceTextOf(choice, language, now);
  const textHash = await sha256Hex(text);
  const filled = filledIn(form, choice);
  const { ranks } = filled;
  const faults = [...rankFaults(choice, ranks, language), ...signFaults(form, filled, textHash, language)];
  if (faults.length > 0) return showChoice(c, visitor, faults, filled);
  const named = choice.visits
    .filter((visit) => ranks[placeOf(visit)] !== undefined)
    .sort((one, other) => Number(ranks[placeOf(one)]) - Number(ranks[placeOf(other)]));
  if (!canAsk(named, now)) {
    const words = CHOICE_WORDS[language];
    return showUnavailable(c, words.title, words.unavailable(choiceFactsOf(choice, language, now)));
  }
  const signature = signatureOf(filled, { language, text, textHash });
  const consented = await Promise.all(
    named.map(async (visit) => {
      const { told, record, request, referral, gate, purposes } = visit;
      const granted = {
        ...signature,
        categories: categoriesFor(visit, ['identity', 'contact', ...filled.categories]),
        purposes,
        expiresAt: consentEnd(visit, now),
      };
      const own = await vault.openReferralVault(told.id, record);
      return { referral, gate, consent: await toHostedConsent(told.id, request, granted, own, now) };
    }),
  );
  const others = choice.visits.filter((visit) => !named.includes(visit)).map(({ referral }) => referral);
  return answerChoice(database.query, choice.id, consented, others, now);
};

const deny: Make<ChoiceVisit> = async (_c, { visit: choice, now }, _form, { database }) => {
  const members = choice.visits.map(({ referral }) => referral);
  return isAsking(choice) ? refuseChoice(database.query, choice.id, members, now) : null;
};

const stop: Make<ChoiceVisit> = async (_c, { visit: { visits }, now }, _form, { database }) => {
  const active = visits.filter(({ consent }) => consent && isActive(consent, now));
  return active.length === 0
    ? null
    : active.flatMap(({ referral }) => stopOne(database.query, referral, now));
};

export const mountChoicePage = (app: Hono<AppEnv>): void =>
  mountDoor(app, DOOR, {
    grant,
    deny,
    revoke: stop,
    // Each consent is its own.
    receiptFor: async (c, { visit: { visits }, now }) => {
      const receipts = await Promise.all(visits.map((visit) => receiptOf(c, visit, now)));
      const given = receipts.filter((receipt) => receipt !== null);
      return given.length === 0 ? null : given;
    },
  });
