/** The client, as far as the consent lets this receiver see it. */
import type { Child } from 'hono/jsx';
import { type Language, writeDay } from '../pages/language.ts';
import { Facts, Form, type FormProps } from '../pages/parts.tsx';
import type { Visit } from './visit.ts';
import { WORDS } from './words.ts';
import type { Words } from './words.types.ts';

type ShownClient = NonNullable<NonNullable<Visit['whole']>['client']>;

function factsOf(client: ShownClient, words: Words): [string, Child][] {
  const { identity, contact, documents } = client;
  const facts: [string, Child][] = [];
  if (identity) {
    facts.push(
      [words.categories.identity, `${identity.given_name} ${identity.family_name}`],
      [words.client.preferredName, identity.preferred_name ?? null],
      [words.client.pronouns, identity.pronouns ?? null],
      [words.client.born, identity.date_of_birth ?? null],
    );
  }
  if (contact) {
    const { email, phone, preferred_way } = contact;
    facts.push(
      [words.client.email, email === undefined ? null : <a href={`mailto:${email}`}>{email}</a>],
      [words.client.phone, phone === undefined ? null : <a href={`tel:${phone}`}>{phone}</a>],
      [words.client.preferredWay, preferred_way === undefined ? null : words.ways[preferred_way]],
      [words.client.bestTimes, contact.best_times ?? null],
    );
  }
  for (const category of ['reason', 'background', 'notes'] as const) {
    const text = client[category];
    if (text !== undefined) facts.push([words.categories[category], <span class="prose">{text}</span>]);
  }
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

/** Whether asking for the details would show any. */
function canShow({ whole, isOpened }: Visit): boolean {
  if (!whole || isOpened || whole.client_withheld !== 'not_accepted') return false;
  return whole.accepted_at !== null || whole.disclose === 'on_send';
}

export const ClientPart = ({
  visit,
  language,
  ...form
}: FormProps & { visit: Visit; language: Language }) => {
  const { whole } = visit;
  if (!whole) return null;
  const words = WORDS[language];
  const { client, client_withheld, redisclosure_notice, consent } = whole;
  return (
    <>
      <h2>{words.clientHeading}</h2>
      {client ? (
        <>
          <Facts facts={factsOf(client, words)} />
          {redisclosure_notice ? <p class="panel">{redisclosure_notice}</p> : null}
          <p class="hint">
            {words.shownHint}
            {consent ? ` ${words.consentUntil(writeDay(Date.parse(consent.expires_at), language))}` : ''}
          </p>
        </>
      ) : canShow(visit) ? (
        <Form {...form} language={language} to="/show">
          <p>{words.showHint}</p>
          <button type="submit">{words.showButton}</button>
        </Form>
      ) : client_withheld ? (
        <p>{words.withheld[client_withheld]}</p>
      ) : null}
    </>
  );
};
