/** What stands behind the link of a choice: the same as behind one to a single practice, of each of them, in one batch. */

import type { Category } from '../../../consents/consents.schemas.ts';
import { openPurposes } from '../../../consents/link.ts';
import {
  type ConsentRequestRow,
  referralOfToken,
  selectRequestByToken,
} from '../../../consents/requests.repository.ts';
import type { Exchange } from '../../../ledger/exchange.ts';
import { type Found, one } from '../../../platform/db/plan.ts';
import { namePlace, spoken, writeDay } from '../../../platform/labels.ts';
import { choiceOf, memberAt } from '../../../referrals/choice/choice.repository.ts';
import { type ChoiceState, stateOf } from '../../../referrals/choice/standing.ts';
import { CANDIDATES_MAX } from '../../../referrals/new-referral.schemas.ts';
import type { Language } from '../../kit/language.ts';
import { assemble, behindPlan, factsOf, type Visit } from '../visit.ts';
import { WORDS } from '../words.ts';
import { CHOICE_WORDS } from './words.ts';
import type { ChoiceFacts } from './words.types.ts';

export interface ChoiceVisit {
  readonly request: ConsentRequestRow;
  readonly id: string;
  readonly state: ChoiceState;
  /** One for each practice, in the sender's order, as long as its client is not erased; never empty. */
  readonly visits: readonly [Visit, ...Visit[]];
}

const PLACES = Array.from({ length: CANDIDATES_MAX }, (_, index) => index + 1);

export function choicePlan(exchange: Exchange, tokenHash: string) {
  const choiceId = choiceOf(referralOfToken(tokenHash));
  return {
    request: one(selectRequestByToken(exchange.database.query, tokenHash)),
    places: Object.fromEntries(
      PLACES.map((place) => [place, behindPlan(exchange, memberAt(choiceId, place))]),
    ),
  };
}
export type ChoiceRows = Found<ReturnType<typeof choicePlan>>;

/** What the client was or is asked for. It is sealed with the referral that has the link, and with each consent. */
async function purposesOf(
  request: ConsentRequestRow,
  visits: readonly Visit[],
  { vault }: Exchange,
): Promise<readonly string[]> {
  const asker = visits.find(({ told }) => told.id === request.referral_id);
  if (asker && request.sealed_purposes !== '')
    return openPurposes(request, await vault.openReferralVault(asker.told.id, asker.record));
  for (const { consent, told, record } of visits) {
    if (!consent) continue;
    const opened = await vault.openReferralVault(told.id, record);
    return opened.open<string[]>('consents.sealed_purposes', consent.sealed_purposes, consent.id);
  }
  return [spoken(visits[0]?.told.service ?? '')];
}

/** Null for every token that leads nowhere (any more). */
export async function openChoice(
  { request, places }: ChoiceRows,
  exchange: Exchange,
): Promise<ChoiceVisit | null> {
  if (!request) return null;
  const found = PLACES.flatMap((place) => {
    const rows = places[place];
    return (rows && assemble(request, [], rows, exchange)) ?? [];
  });
  const id = found[0]?.told.choice_id;
  if (!id) return null;
  const state = stateOf(found.map(({ told }) => told));
  if (state === 'choosing' && request.expires_at <= exchange.now) return null;
  const purposes = await purposesOf(request, found, exchange);
  // What the sender has taken back meanwhile is not offered any more.
  const isOffered = ({ told }: Visit) => state !== 'choosing' || told.progress.state === 'awaiting_consent';
  const visits = found.filter(isOffered).map((visit) => ({ ...visit, purposes })) as [Visit, ...Visit[]];
  return { request, id, state, visits };
}

/** Those whom the client named, in their order. */
export const namedIn = ({ visits }: ChoiceVisit): Visit[] =>
  visits
    .filter(({ told }) => told.choice_rank !== null)
    .sort((one, other) => (one.told.choice_rank ?? 0) - (other.told.choice_rank ?? 0));

/** One whose consent the client gave; before that the first. All were given at once. */
export const witnessOf = (choice: ChoiceVisit): Visit =>
  choice.visits.find(({ consent }) => consent !== undefined) ?? choice.visits[0];

export function choiceFactsOf(choice: ChoiceVisit, language: Language, now: number): ChoiceFacts {
  const witness = witnessOf(choice);
  const { sender } = witness;
  return {
    ...factsOf(witness, language, now),
    place: namePlace(sender.city, sender.jurisdiction, language),
    names: choice.visits.map(({ receiver }) => receiver.name),
  };
}

/** Of what is asked for, what there is for this one: the answers to its own questions are for nobody else. */
export const categoriesFor = ({ request, record }: Visit, wanted: readonly string[] = request.categories) =>
  (request.categories as Category[]).filter(
    (category) => wanted.includes(category) && record[category] !== null,
  );

const ALWAYS: readonly Category[] = ['identity', 'contact'];

/** What the client is told of one practice before they choose. */
export function candidateTerms(
  visit: Visit,
  language: Language,
  now: number,
): (readonly [term: string, value: string])[] {
  const words = CHOICE_WORDS[language];
  const common = WORDS[language];
  const { credentials, checked, operator } = factsOf(visit, language, now);
  const { capacity, capacity_updated_at, time_zone } = visit.receiver;
  const listed = (among: readonly Category[]) =>
    among.map((category) => common.categories[category]).join(', ');
  const optional = categoriesFor(visit).filter((category) => !ALWAYS.includes(category));
  return [
    [
      words.who,
      credentials.length === 0 ? '' : `${credentials.join('. ')}. ${common.checked[checked](operator.name)}`,
    ],
    [words.newClients, words.capacity[capacity](writeDay(capacity_updated_at, language, time_zone))],
    [words.receives, words.receivesWhat(listed(ALWAYS), listed(optional))],
  ];
}

export const placeNameOf = ({ receiver }: Visit, language: Language) =>
  namePlace(receiver.city, receiver.jurisdiction, language);

/** Exactly what is hashed and kept with each consent. */
export function choiceTextOf(choice: ChoiceVisit, language: Language, now: number): string {
  const words = CHOICE_WORDS[language];
  const facts = choiceFactsOf(choice, language, now);
  const toLine = ([term, value]: readonly [string, string]) => `${term}: ${value}`;
  const offered = choice.visits.flatMap((visit, index) => [
    `${index + 1}. ${visit.receiver.name}, ${placeNameOf(visit, language)}`,
    ...candidateTerms(visit, language, now)
      .filter(([, value]) => value !== '')
      .map(toLine),
  ]);
  return [...words.terms(facts).map(toLine), ...offered, ...words.statements(facts)].join('\n');
}
