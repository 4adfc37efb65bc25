/** The page of one referral for its receiver. What it says stands in `words.ts`. */
import { labelOf } from '../../catalog/labels.ts';
import { nameLanguage, namePlace, writeDay, writeTime } from '../../platform/labels.ts';
import { Facts, type Fault, Faults, type FormProps, Mail, Phone } from '../kit/parts.tsx';
import { AnswerPart, type Filled } from './answer.tsx';
import { ClientPart } from './client.tsx';
import type { Visit } from './visit.ts';
import { WORDS } from './words.ts';

/** Also the receiver's own words may name the client. */
const Messages = ({ visit, language }: Pick<FormProps, 'language'> & { visit: Visit }) => {
  const { whole, isOpened, timeZone } = visit;
  if (!whole || !isOpened || (whole.messages.length === 0 && whole.contacts.length === 0)) return null;
  const words = WORDS[language];
  return (
    <>
      {whole.messages.length > 0 ? <h2>{words.messagesHeading}</h2> : null}
      <Facts
        facts={whole.messages.map(({ author, text, created_at }) => [
          `${words.authors[author]} (${writeTime(Date.parse(created_at), language, timeZone)})`,
          text === null ? words.messageHidden : <span class="prose">{text}</span>,
        ])}
      />
      {whole.contacts.length > 0 ? <h2>{words.contactsHeading}</h2> : null}
      <Facts
        facts={whole.contacts.map(({ kind, occurred_at }) => [
          writeTime(Date.parse(occurred_at), language, timeZone),
          words.contactKinds[kind],
        ])}
      />
    </>
  );
};

/** What is to be done, by whom and until when; what is done says so. */
const Plan = ({ visit: { plan, timeZone }, language }: Pick<FormProps, 'language'> & { visit: Visit }) => {
  if (plan.length === 0) return null;
  const { plan: words } = WORDS[language];
  return (
    <>
      <h2>{words.heading}</h2>
      <ol>
        {plan.map(({ text, owner, due_on, done_at }) => (
          <li>
            <span class="prose">{text}</span>
            <br />
            <span class="hint">
              {[
                words.owners[owner],
                due_on === null ? null : words.until(writeDay(Date.parse(due_on), language)),
                done_at === null ? null : words.done(writeDay(Date.parse(done_at), language, timeZone)),
              ]
                .filter(Boolean)
                .join(', ')}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
};

/** What both sides can say on the phone without naming anybody: the end of the referral's id. */
const numberOf = (id: string) => `${id.slice(-8, -4)} ${id.slice(-4)}`.toUpperCase();

const BEFORE_ACCEPTANCE: readonly string[] = ['awaiting_consent', 'sent', 'needs_info'];

const Sender = ({ visit, language }: Pick<FormProps, 'language'> & { visit: Visit }) => {
  const words = WORDS[language];
  const { referral, senderDesk } = visit;
  return (
    <>
      <h2>{words.senderHeading}</h2>
      <Facts
        facts={[
          [words.sender.practice, referral.sender.name],
          [words.sender.professional, senderDesk?.professional],
          [words.about.place, senderDesk && namePlace(senderDesk.city, senderDesk.jurisdiction, language)],
          [words.client.phone, senderDesk?.phone ? <Phone number={senderDesk.phone} /> : null],
          [words.client.email, senderDesk?.email ? <Mail address={senderDesk.email} /> : null],
          [words.sender.number, numberOf(referral.id)],
        ]}
      />
      {BEFORE_ACCEPTANCE.includes(referral.state) ? <p class="hint">{words.sender.numberHint}</p> : null}
    </>
  );
};

export const ReferralPage = ({
  visit,
  faults,
  filled,
  ...form
}: FormProps & { visit: Visit; faults: readonly Fault[]; filled: Filled | null }) => {
  const { language } = form;
  const words = WORDS[language];
  const { referral, timeZone } = visit;
  const { state, respond_by, sent_at, client_city, client_jurisdiction } = referral;
  const reason = referral.decline_reason ?? referral.not_engaged_reason;
  const labelled = (kind: 'service' | 'reason') => {
    const { text, lang } = labelOf(visit.labels, kind, referral[kind], language);
    return <span lang={lang}>{text}</span>;
  };
  return (
    <>
      <Faults language={language} faults={faults} />
      <h1>{words.title(referral.sender.name)}</h1>
      <p class="panel">
        <strong>{referral.erased_at === null ? words.states[state] : words.withheld.erased}</strong>
        {state === 'sent' && respond_by !== null ? (
          <>
            <br />
            {words.answerBy(writeTime(Date.parse(respond_by), language, timeZone))}
          </>
        ) : null}
        {reason === null ? null : (
          <>
            <br />
            {words.because(words.reasons[reason])}
          </>
        )}
        {visit.takenBy === null ? null : (
          <>
            <br />
            {words.takenBy(visit.takenBy)}
          </>
        )}
      </p>
      {visit.isSuspended ? <p class="panel">{words.faults.suspended}</p> : null}
      <h2>{words.aboutHeading}</h2>
      <Facts
        facts={[
          [words.about.service, labelled('service')],
          [words.about.reason, labelled('reason')],
          [words.about.urgency, words.urgencies[referral.urgency]],
          [words.about.languages, referral.languages.map((code) => nameLanguage(code, language)).join(', ')],
          [words.about.place, namePlace(client_city, client_jurisdiction, language)],
          [words.about.sentAt, sent_at === null ? null : writeTime(Date.parse(sent_at), language, timeZone)],
        ]}
      />
      <Sender visit={visit} language={language} />
      <ClientPart visit={visit} {...form} />
      <Plan visit={visit} language={language} />
      <Messages visit={visit} language={language} />
      <AnswerPart visit={visit} faults={faults} filled={filled} {...form} />
    </>
  );
};
