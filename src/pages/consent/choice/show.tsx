/** Which page a visitor of a choice sees, filled with what stands behind the link. */
import { type Category, isActive } from '../../../consents/consents.schemas.ts';
import { sha256Hex } from '../../../platform/access/token.ts';
import { writeTime } from '../../../platform/labels.ts';
import { isTaken, standingOf } from '../../../referrals/choice/standing.ts';
import type { ShownClient } from '../../../referrals/client.schemas.ts';
import { type Language, languageOf } from '../../kit/language.ts';
import type { Page } from '../../kit/page.tsx';
import type { Fault } from '../../kit/parts.tsx';
import { Contacts } from '../around.tsx';
import { Disclosures, Proof } from '../receipt-view.tsx';
import { NOTHING_FILLED, openClient, openSigned, show, showLocked as showLockedLink } from '../show.tsx';
import { DECISION_FORM, NamePage } from '../views.tsx';
import { factsOf, type Visit, writeLastDay } from '../visit.ts';
import { baseOf, formTokenOf, type Visitor } from '../visitor.ts';
import { WORDS } from '../words.ts';
import { ChoicePage, type FilledChoice, WayPage } from './views.tsx';
import {
  type ChoiceVisit,
  candidateTerms,
  choiceFactsOf,
  choiceTextOf,
  namedIn,
  placeNameOf,
  witnessOf,
} from './visit.ts';
import { CHOICE_WORDS } from './words.ts';

type ChoiceVisitor = Visitor<ChoiceVisit>;

const senderOf = (visit: Visit, language: Language, now: number) =>
  factsOf(visit, language, now).parties.sender;
const receiverOf = (visit: Visit, language: Language, now: number) =>
  factsOf(visit, language, now).parties.receiver;

/** Whom to ask: the sender, and these. */
const partiesOf = (choice: ChoiceVisit, visits: readonly Visit[], language: Language, now: number) => [
  senderOf(choice.visits[0], language, now),
  ...visits.map((visit) => receiverOf(visit, language, now)),
];

/** It ended before the client was asked for anything: that says nothing about them, so it is said at once. */
export const endedBefore = ({ visit: choice }: ChoiceVisitor) =>
  (choice.state === 'withdrawn' || choice.state === 'expired') && namedIn(choice).length === 0;

export function showLocked(c: Page, { visit: choice, now }: ChoiceVisitor, until: number) {
  const sender = senderOf(choice.visits[0], languageOf(c), now);
  return showLockedLink(c, { visit: witnessOf(choice), now }, until, [sender]);
}

/** @param triesLeft null while none was used up */
export async function showName(c: Page, visitor: ChoiceVisitor, triesLeft: number | null, isWrong: boolean) {
  const { visit: choice, now } = visitor;
  const language = languageOf(c);
  const words = CHOICE_WORDS[language];
  const facts = choiceFactsOf(choice, language, now);
  const isDecided = choice.state !== 'choosing';
  const title = isDecided ? WORDS[language].receiptHeading : words.title;
  return show(
    c,
    isWrong ? 422 : 200,
    title,
    <NamePage
      language={language}
      base={baseOf(c)}
      formToken={await formTokenOf(c, { ...visitor, session: '' })}
      title={title}
      intro={isDecided ? words.introDecided(facts) : words.intro(facts)}
      parties={[senderOf(choice.visits[0], language, now)]}
      isWrong={isWrong}
      triesLeft={triesLeft}
    />,
  );
}

/** Of the client what any of the practices could get; each has asked questions of its own, so the answers are those to all of them. */
async function openOffered(c: Page, { request, visits }: ChoiceVisit): Promise<ShownClient> {
  const [first] = visits;
  const others = request.categories.filter((category) => category !== 'intake');
  const client = await openClient(c, first, others);
  if (others.length === request.categories.length) return client;
  const answers = [];
  for (const visit of visits) answers.push(...((await openClient(c, visit, ['intake'])).intake ?? []));
  const once = new Map(answers.map((answer) => [`${answer.question} ${answer.answer}`, answer]));
  return { ...client, intake: [...once.values()] };
}

export const NO_RANKS: FilledChoice = { ...NOTHING_FILLED, ranks: {} };

export async function showChoice(
  c: Page,
  visitor: ChoiceVisitor,
  faults: readonly Fault[] = [],
  filled = NO_RANKS,
) {
  const { visit: choice, now } = visitor;
  const language = languageOf(c);
  return show(
    c,
    faults.length > 0 ? 422 : 200,
    CHOICE_WORDS[language].title,
    <ChoicePage
      language={language}
      base={baseOf(c)}
      formToken={await formTokenOf(c, visitor)}
      facts={choiceFactsOf(choice, language, now)}
      offers={choice.visits.map((visit) => ({
        place: visit.told.choice_place ?? 0,
        name: visit.receiver.name,
        city: placeNameOf(visit, language),
        terms: candidateTerms(visit, language, now),
      }))}
      parties={partiesOf(choice, choice.visits, language, now)}
      textHash={await sha256Hex(choiceTextOf(choice, language, now))}
      asked={choice.request.categories as Category[]}
      client={await openOffered(c, choice)}
      faults={faults}
      filled={filled}
    />,
    DECISION_FORM,
  );
}

/** What happens now, in sentences. */
function nextOf(choice: ChoiceVisit, language: Language, now: number): string[] {
  const words = CHOICE_WORDS[language];
  const facts = choiceFactsOf(choice, language, now);
  const { state } = choice;
  if (state === 'exhausted' || state === 'refused' || state === 'withdrawn' || state === 'expired')
    return words[state](facts);
  const named = namedIn(choice);
  const current = named.find(({ told }) => isTaken(told) || standingOf(told) === 'asked');
  if (!current) return [];
  const { progress } = current.told;
  const at = progress.state === 'sent' ? progress.respond_by : progress.accepted_at;
  const time = at === null ? null : writeTime(at, language, current.sender.time_zone);
  const next = named.find(({ told }) => standingOf(told) === 'in_line');
  const sentences = WORDS[language].next(factsOf(current, language, now), { state: progress.state, time });
  if (progress.state !== 'sent' || !next) return sentences;
  // Who goes on is the exchange, not the sender.
  return [...sentences.slice(0, 2), words.nextIs(next.receiver.name), ...sentences.slice(3)];
}

function headingOf({ state }: ChoiceVisit, isConsentActive: boolean, language: Language): string {
  const words = CHOICE_WORDS[language];
  const common = WORDS[language].state;
  if (state === 'exhausted' || state === 'refused') return words.state[state];
  if (state === 'revoked') return common.revoked;
  if (state === 'withdrawn' || state === 'expired') return common.ended;
  return isConsentActive ? words.state.chosen : common.expired;
}

export async function showWay(c: Page, visitor: ChoiceVisitor) {
  const { visit: choice, now } = visitor;
  const language = languageOf(c);
  const words = CHOICE_WORDS[language];
  const common = WORDS[language];
  const facts = choiceFactsOf(choice, language, now);
  const named = namedIn(choice);
  const witness = witnessOf(choice);
  const { consent } = witness;
  const timeZone = witness.sender.time_zone;
  const next = nextOf(choice, language, now);
  if (!consent || named.length === 0) {
    const heading = headingOf(choice, false, language);
    return show(
      c,
      200,
      heading,
      <>
        <h1>{heading}</h1>
        {next.map((sentence) => (
          <p>{sentence}</p>
        ))}
        <Contacts language={language} parties={partiesOf(choice, [], language, now)} />
      </>,
    );
  }
  const active = choice.visits.filter((visit) => visit.consent && isActive(visit.consent, now));
  const { signedBy, text } = await openSigned(c, witness);
  const hasTaken = choice.visits.some(({ told }) => isTaken(told));
  const wayOf = ({ told }: Visit) => {
    const standing = standingOf(told);
    return standing === 'in_line' && hasTaken ? words.inReserve : words.standing[standing];
  };
  const shared = (consent.categories as Category[]).map((category) => common.categories[category]);
  const { expires_at, revoked_at } = consent;
  const heading = headingOf(choice, active.length > 0, language);
  return show(
    c,
    200,
    heading,
    <WayPage
      language={language}
      base={baseOf(c)}
      formToken={await formTokenOf(c, visitor)}
      facts={facts}
      heading={heading}
      stoppedAt={choice.state === 'revoked' && revoked_at ? writeTime(revoked_at, language, timeZone) : null}
      next={next}
      way={named.map((visit) => [visit.receiver.name, wayOf(visit)])}
      notNamed={choice.visits
        .filter(({ told }) => standingOf(told) === 'not_named')
        .map(({ receiver }) => receiver.name)}
      parties={partiesOf(choice, named, language, now)}
      canStop={active.length > 0}
      receipt={[
        [common.receipt.from, `${facts.sender}, ${facts.place}`],
        [words.sharedWith, named.map(({ receiver }) => receiver.name).join(', ')],
        [common.receipt.purposes, facts.purposes.join('; ')],
        [common.receipt.shared, shared.join(', ')],
        [common.receipt.feedback, consent.directions.includes('feedback') ? common.yes : common.no],
        [common.receipt.given, writeTime(consent.granted_at, language, timeZone)],
        revoked_at === null
          ? [common.receipt.until, writeLastDay(expires_at, language, timeZone)]
          : [common.receipt.revoked, writeTime(revoked_at, language, timeZone)],
        [common.receipt.signedBy, signedBy],
      ]}
    >
      <h2>{common.disclosuresHeading}</h2>
      {named.some(({ told }) => told.progress.sent_at !== null) ? null : <p>{common.disclosuresNone}</p>}
      {named
        .filter(({ told }) => told.progress.sent_at !== null)
        .map((visit) => (
          <>
            <h3>{visit.receiver.name}</h3>
            <Disclosures
              language={language}
              facts={factsOf(visit, language, now)}
              timeZone={timeZone}
              disclosures={visit.disclosures}
              disclosuresUntil={visit.disclosuresUntil}
            />
          </>
        ))}
      <Proof
        language={language}
        base={baseOf(c)}
        receipt={{
          id: named.map((visit) => visit.consent?.id ?? '').join(', '),
          textHash: consent.text_hash,
          text,
        }}
      />
    </WayPage>,
  );
}
