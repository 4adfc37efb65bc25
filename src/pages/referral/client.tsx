/** The client, as far as the consent lets this receiver see it. */
import type { Child } from 'hono/jsx';
import { sayPurposes } from '../../catalog/labels.ts';
import { writeDay } from '../../platform/labels.ts';
import type { Language } from '../kit/language.ts';
import { Answers, Facts, Form, type FormProps, Mail, Phone } from '../kit/parts.tsx';
import type { Visit } from './visit.ts';
import { WORDS } from './words.ts';

type ShownClient = NonNullable<NonNullable<Visit['whole']>['client']>;

function factsOf(client: ShownClient, language: Language): [string, Child][] {
  const words = WORDS[language];
  const { identity, contact, documents, intake } = client;
  const facts: [string, Child][] = [];
  if (identity) {
    facts.push(
      [words.categories.identity, `${identity.given_name} ${identity.family_name}`],
      [words.client.preferredName, identity.preferred_name ?? null],
      [words.client.pronouns, identity.pronouns ?? null],
      [
        words.client.born,
        identity.date_of_birth ? writeDay(Date.parse(identity.date_of_birth), language) : null,
      ],
    );
  }
  if (contact) {
    const { email, phone, preferred_way } = contact;
    facts.push(
      [words.client.email, email === undefined ? null : <Mail address={email} />],
      [words.client.phone, phone === undefined ? null : <Phone number={phone} />],
      [words.client.preferredWay, preferred_way === undefined ? null : words.ways[preferred_way]],
      [words.client.bestTimes, contact.best_times ?? null],
    );
  }
  for (const category of ['reason', 'background', 'notes'] as const) {
    const text = client[category];
    if (text !== undefined) facts.push([words.categories[category], <span class="prose">{text}</span>]);
  }
  if (intake) facts.push([words.categories.intake, <Answers language={language} answers={intake} />]);
  if (documents) {
    const list = (
      <ul>
        {documents.map(({ title, url }) => (
          <li>
            <a href={url} rel="noreferrer">
              {title}
            </a>
          </li>
        ))}
      </ul>
    );
    facts.push([words.categories.documents, list]);
  }
  return facts;
}

export const ClientPart = ({
  visit,
  language,
  ...form
}: FormProps & { visit: Visit; language: Language }) => {
  const { whole, isOpened, canOpen } = visit;
  if (!whole) return null;
  const words = WORDS[language];
  const { client, client_withheld, redisclosure_notice, disclosed_categories, consent } = whole;
  // Behind the button there is something to see, so why the client is not shown is not the last word.
  const isShut = client_withheld === 'withheld_categories' && !isOpened;
  return (
    <>
      <h2>{words.clientHeading}</h2>
      {client ? <Facts facts={factsOf(client, language)} /> : null}
      {client_withheld && !isShut ? <p>{words.withheld[client_withheld]}</p> : null}
      {redisclosure_notice ? <p class="panel">{redisclosure_notice}</p> : null}
      {consent?.purposes && consent.purposes.length > 0 ? (
        <Facts
          facts={[
            [words.purposes, sayPurposes(consent.purposes, visit.labels, whole.service, language).join('; ')],
          ]}
        />
      ) : null}
      {disclosed_categories.length > 0 ? (
        <p class="hint">
          {words.shownHint}
          {consent ? ` ${words.consentUntil(writeDay(Date.parse(consent.expires_at), language))}` : ''}
        </p>
      ) : null}
      {isOpened ? (
        <Form {...form} language={language} to="/hide">
          <button type="submit" class="quiet">
            {words.hideButton}
          </button>
        </Form>
      ) : canOpen ? (
        <Form {...form} language={language} to="/show">
          <p>{words.showHint}</p>
          <button type="submit">{words.showButton}</button>
        </Form>
      ) : null}
    </>
  );
};
