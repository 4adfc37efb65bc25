/**
 * Makes a referral fit where there is less room than it needs. Texts are cut with a mark that says so and where the
 * whole is to be read; of lists the newest stay, and how many were left out is said. No category vanishes: what left
 * is logged by categories, and the log must not say more than the body.
 */
import { type FormatInput, textIn, type VisibleClient, type VisibleReferral } from './input.ts';

/** How much of each text is tried, until it fits. With the last one every legal referral does. */
export const TEXT_CHARACTERS_TRIED = [4000, 2000, 1000, 500, 250] as const;
const MESSAGES_KEPT = 20;
const CONTACTS_KEPT = 50;
/** A mark that would leave less of a text than this part of it is no use. */
const TEXT_SHARE_MIN = 0.2;

type Documents = NonNullable<VisibleClient['documents']>;
type Answers = NonNullable<VisibleClient['intake']>;
type Messages = NonNullable<VisibleReferral['messages']>;

/** Never half a character of two UTF-16 units. */
const beginningOf = (text: string, charactersMax: number) =>
  text.slice(0, Math.max(0, charactersMax)).replace(/[\ud800-\udbff]$/, '');

/** At most `charactersMax` UTF-16 units. */
export const cut = (text: string, charactersMax: number): string =>
  text.length <= charactersMax ? text : `${beginningOf(text, charactersMax - 1)}…`;

/** Where the whole is to be read. */
export const addressOf = ({ envelope, origin }: FormatInput) => textIn(envelope.data, 'url') ?? origin;

/** `cut`, with words about it where there is room for them. */
export function cutMarked(text: string, charactersMax: number, address: string): string {
  if (text.length <= charactersMax) return text;
  const mark = `… [shortened; read it at ${address}]`;
  const left = charactersMax - mark.length;
  if (left < charactersMax * TEXT_SHARE_MIN) return cut(text, charactersMax);
  return `${beginningOf(text, left)}${mark}`;
}

/** The first ones. An address is never cut: where not even one fits, its title stays and leads to the referral. */
function shortenDocuments(documents: Documents, charactersMax: number, address: string): Documents {
  let room = 2 * charactersMax;
  const fits = documents.findIndex(({ title, url }) => {
    room -= title.length + url.length;
    return room < 0;
  });
  const [first] = documents;
  if (fits !== 0 || !first) return documents.slice(0, fits < 0 ? undefined : fits);
  return [
    { title: `${cut(first.title, charactersMax / 4)} [shortened; read it at ${address}]`, url: address },
  ];
}

/** The first ones, and of one at least its question and the beginning of the answer. */
function shortenAnswers(answers: Answers, charactersMax: number, address: string): Answers {
  let room = 2 * charactersMax;
  const fits = answers.findIndex(({ question, answer }) => {
    room -= question.length + String(answer).length;
    return room < 0;
  });
  const [first] = answers;
  if (fits !== 0 || !first) return answers.slice(0, fits < 0 ? undefined : fits);
  return [{ ...first, answer: cutMarked(String(first.answer), charactersMax, address) }];
}

/** The newest, and of what the sender disclosed at least one. */
function shortenMessages(messages: Messages, charactersMax: number, address: string): Messages {
  const newest = messages.slice(-MESSAGES_KEPT);
  const told = messages.findLast(({ author, text }) => author === 'sender' && text !== null);
  return (told && !newest.includes(told) ? [told, ...newest] : newest).map((message) => ({
    ...message,
    text: message.text && cutMarked(message.text, charactersMax, address),
  }));
}

function shortenClient(client: VisibleClient, charactersMax: number, address: string): VisibleClient {
  const { documents, intake } = client;
  const texts: Record<string, string> = {};
  for (const category of ['reason', 'background', 'notes'] as const) {
    const text = client[category];
    if (text !== undefined) texts[category] = cutMarked(text, charactersMax, address);
  }
  return {
    ...client,
    ...texts,
    ...(documents ? { documents: shortenDocuments(documents, charactersMax, address) } : {}),
    ...(intake ? { intake: shortenAnswers(intake, charactersMax, address) } : {}),
  };
}

/** What is short already stays as it is. */
export function shorten(input: FormatInput, charactersMax: number): FormatInput {
  const { referral } = input;
  if (!referral) return { ...input, fieldLengthMax: charactersMax };
  const address = addressOf(input);
  const client = referral.client && shortenClient(referral.client, charactersMax, address);
  const messages = referral.messages && shortenMessages(referral.messages, charactersMax, address);
  const contacts = referral.contacts?.slice(-CONTACTS_KEPT);
  const missing = (all: readonly unknown[] = [], kept: readonly unknown[] = [], before = 0) =>
    before + all.length - kept.length;
  const { left_out: before } = referral;
  const leftOut = Object.entries({
    documents: missing(referral.client?.documents, client?.documents, before?.documents),
    intake: missing(referral.client?.intake, client?.intake, before?.intake),
    messages: missing(referral.messages, messages, before?.messages),
    contacts: missing(referral.contacts, contacts, before?.contacts),
  }).filter(([, count]) => count > 0);
  return {
    ...input,
    fieldLengthMax: charactersMax,
    referral: {
      ...referral,
      ...(client ? { client } : {}),
      ...(messages ? { messages } : {}),
      ...(contacts ? { contacts } : {}),
      ...(leftOut.length > 0 ? { left_out: Object.fromEntries(leftOut) } : {}),
    },
  };
}
