/** What the client is asked. What it says stands in `words.ts`; the page afterwards in `receipt-view.tsx`. */
import type { Child } from 'hono/jsx';
import type { Category } from '../../consents/consents.schemas.ts';
import { writeDay } from '../../platform/labels.ts';
import type { ShownClient } from '../../referrals/client.schemas.ts';
import type { Language } from '../kit/language.ts';
import { Address, Answers, Facts, type Fault, Faults, Form, type FormProps, faultAt } from '../kit/parts.tsx';
import { Contacts, partiesOf } from './around.tsx';
import { WORDS } from './words.ts';
import type { ConsentFacts, Party, Words } from './words.types.ts';

export const NamePage = (
  props: FormProps & {
    title: string;
    intro: string;
    parties: readonly Party[];
    isWrong: boolean;
    /** Null while none was used up. */
    triesLeft: number | null;
  },
) => {
  const words = WORDS[props.language];
  const left = props.triesLeft === null ? '' : words.triesLeft(props.triesLeft);
  const faults: Fault[] = props.isWrong ? [['last_name', `${words.nameWrong} ${left}`]] : [];
  const { message, attributes } = faultAt(faults, 'last_name', 'last_name-hint');
  return (
    <>
      <Faults language={props.language} faults={faults} />
      <h1>{props.title}</h1>
      <p>{props.intro}</p>
      <h2>{words.nameHeading}</h2>
      <Form {...props} to="/name">
        <label for="last_name">{words.nameLabel}</label>
        <p class="hint" id="last_name-hint">
          {words.nameHint} {props.isWrong ? null : left}
        </p>
        {message}
        <p>
          <input
            type="text"
            id="last_name"
            name="last_name"
            autocomplete="family-name"
            spellcheck={false}
            maxlength={100}
            {...attributes}
          />
        </p>
        <button type="submit">{words.nameButton}</button>
      </Form>
      <Contacts language={props.language} parties={props.parties} />
    </>
  );
};

/** The client's own details, as they would be shared. */
function describe(category: Category, client: ShownClient, language: Language): Child {
  const { identity, contact } = client;
  if (category === 'identity' && identity) {
    const { given_name, family_name, preferred_name, pronouns, date_of_birth } = identity;
    const name = [given_name, family_name, preferred_name && `(${preferred_name})`].filter(Boolean).join(' ');
    const born = date_of_birth && writeDay(Date.parse(date_of_birth), language);
    return [name, pronouns, born].filter(Boolean).join(', ');
  }
  if (category === 'contact' && contact) {
    const { email, phone, preferred_way, best_times } = contact;
    const way = preferred_way && WORDS[language].reachBy[preferred_way];
    const rest = [phone, way, best_times].filter(Boolean).join(', ');
    return (
      <>
        {email ? <Address address={email} /> : null}
        {email && rest ? ', ' : null}
        {rest}
      </>
    );
  }
  if (category === 'documents')
    return (client.documents ?? []).map(({ title, url }, index) => (
      <>
        {index > 0 ? ', ' : null}
        <a href={url} rel="noreferrer">
          {title}
        </a>
      </>
    ));
  if (category === 'intake') return <Answers language={language} answers={client.intake ?? []} />;
  const value = client[category];
  return typeof value === 'string' ? value : '';
}

/** What the client had filled in, where the form comes back. */
export interface Filled {
  readonly categories: readonly string[];
  readonly feedback: string;
  readonly signature: string;
  readonly authority: string;
}

export interface DecisionProps extends FormProps {
  readonly facts: ConsentFacts;
  readonly textHash: string;
  readonly asked: readonly Category[];
  readonly client: ShownClient;
  readonly faults: readonly Fault[];
  readonly filled: Filled;
}

/** The form that is kept where the language is switched. */
export const DECISION_FORM = 'decision';
const ALWAYS: readonly Category[] = ['identity', 'contact'];

export const Categories = ({
  language,
  asked,
  client,
  filled,
}: Pick<DecisionProps, 'language' | 'asked' | 'client' | 'filled'>) => {
  const words = WORDS[language];
  const optional = asked.filter((category) => !ALWAYS.includes(category));
  return (
    <fieldset>
      <legend>{words.chooseHeading}</legend>
      <Facts
        facts={ALWAYS.map((category) => [
          words.categories[category],
          <>
            {describe(category, client, language)} <small class="hint">({words.alwaysShared})</small>
          </>,
        ])}
      />
      {optional.length > 0 ? <p class="hint">{words.chooseHint}</p> : null}
      {optional.map((category) => (
        <div class="option">
          <input
            type="checkbox"
            id={`category-${category}`}
            name="category"
            value={category}
            checked={filled.categories.includes(category)}
          />
          <div class="option-text">
            <label for={`category-${category}`}>{words.categories[category]}</label>
            <small class="prose">{describe(category, client, language)}</small>
          </div>
        </div>
      ))}
    </fieldset>
  );
};

export const Feedback = ({
  language,
  heading,
  faults,
  filled,
}: Pick<DecisionProps, 'language' | 'faults' | 'filled'> & { heading: string }) => {
  const words = WORDS[language];
  const { message, attributes } = faultAt(faults, 'feedback-yes', 'feedback-hint');
  return (
    <fieldset class={message ? 'wrong' : undefined} aria-describedby={attributes['aria-describedby']}>
      <legend>{heading}</legend>
      <p class="hint" id="feedback-hint">
        {words.feedbackHint}
      </p>
      {message}
      {(['yes', 'no'] as const).map((value) => (
        <div class="option">
          <input
            type="radio"
            id={`feedback-${value}`}
            name="feedback"
            value={value}
            checked={filled.feedback === value}
          />
          <label for={`feedback-${value}`}>{value === 'yes' ? words.feedbackYes : words.feedbackNo}</label>
        </div>
      ))}
    </fieldset>
  );
};

export const Sign = ({ language, faults, filled }: Pick<DecisionProps, 'language' | 'faults' | 'filled'>) => {
  const words = WORDS[language];
  const signature = faultAt(faults, 'signature');
  const authority = faultAt(faults, 'authority', 'authority-hint');
  const agree = faultAt(faults, 'agree');
  return (
    <fieldset>
      <legend>{words.signHeading}</legend>
      <p class={signature.message ? 'wrong' : undefined}>
        <label for="signature">{words.signLabel}</label>
        {signature.message}
        <input
          type="text"
          id="signature"
          name="signature"
          autocomplete="name"
          maxlength={160}
          value={filled.signature}
          {...signature.attributes}
        />
      </p>
      <p class={authority.message ? 'wrong' : undefined}>
        <label for="authority">{words.representativeLabel}</label>
        <span class="hint" id="authority-hint">
          {words.representativeHint}
        </span>
        {authority.message}
        <input
          type="text"
          id="authority"
          name="authority"
          maxlength={200}
          value={filled.authority}
          {...authority.attributes}
        />
      </p>
      <div class={agree.message ? 'wrong' : undefined}>
        {agree.message}
        <div class="option">
          <input type="checkbox" id="agree" name="agree" value="yes" {...agree.attributes} />
          <label for="agree">{words.signTick}</label>
        </div>
      </div>
    </fieldset>
  );
};

/** A step that cannot be taken back asks once, on the same page. */
export const AskOnce = ({
  to,
  button,
  ask,
  sure,
  ...form
}: FormProps & { to: string; button: string; ask: string; sure: string }) => (
  <details class="screen">
    <summary class="stop">{button}</summary>
    <p>{ask}</p>
    <Form {...form} to={to}>
      <button type="submit" class="stop">
        {sure}
      </button>
    </Form>
  </details>
);

/** In sentences, what the client agrees to and must be told. */
export function statementsOf(facts: ConsentFacts, language: Language): string[] {
  const { statements, singleOption } = WORDS[language];
  const reason = facts.singleOption;
  return [...(reason === null ? [] : [singleOption[reason](facts)]), ...statements(facts)];
}

export const DecisionPage = (props: DecisionProps) => {
  const { language, base, formToken, facts } = props;
  const form = { language, base, formToken };
  const words: Words = WORDS[language];
  return (
    <>
      <Faults language={language} faults={props.faults} />
      <h1>{words.title}</h1>
      <p>{words.intro(facts)}</p>
      <Facts facts={words.terms(facts)} />
      <ul>
        {statementsOf(facts, language).map((statement) => (
          <li>{statement}</li>
        ))}
      </ul>
      <Contacts language={language} parties={partiesOf(facts)} />
      <Form {...form} to="/grant" id={DECISION_FORM}>
        <input type="hidden" name="text_hash" value={props.textHash} />
        <Categories {...props} />
        <Feedback {...props} heading={words.feedbackHeading(facts)} />
        <Sign {...props} />
        <button type="submit">{words.grantButton}</button>
      </Form>
      <h2 class="screen">{words.denyHeading}</h2>
      <p class="screen">{words.denyText}</p>
      <AskOnce
        {...form}
        to="/deny"
        button={words.denyButton}
        ask={words.denyAsk(facts)}
        sure={words.denySure}
      />
    </>
  );
};
