/** What a client reads who chooses among several practices, before and afterwards. */
import type { Child } from 'hono/jsx';
import type { Category } from '../../../consents/consents.schemas.ts';
import type { ShownClient } from '../../../referrals/client.schemas.ts';
import { Facts, type Fault, Faults, Form, type FormProps, faultAt, Mail } from '../../kit/parts.tsx';
import { Contacts } from '../around.tsx';
import { AskOnce, Categories, DECISION_FORM, Feedback, type Filled, Sign } from '../views.tsx';
import { WORDS } from '../words.ts';
import type { Party } from '../words.types.ts';
import { CHOICE_WORDS } from './words.ts';
import type { ChoiceFacts } from './words.types.ts';

/** One practice on the page. */
export interface Offer {
  /** In the sender's order, from 1. */
  readonly place: number;
  readonly name: string;
  readonly city: string;
  readonly terms: readonly (readonly [term: string, value: string])[];
}

/** With the place in the client's order by that in the sender's; empty where they are not to be asked. */
export interface FilledChoice extends Filled {
  readonly ranks: Readonly<Record<number, string>>;
}

export interface ChoiceProps extends FormProps {
  readonly facts: ChoiceFacts;
  readonly offers: readonly Offer[];
  readonly parties: readonly Party[];
  readonly textHash: string;
  readonly asked: readonly Category[];
  readonly client: ShownClient;
  readonly faults: readonly Fault[];
  readonly filled: FilledChoice;
}

export const rankFieldOf = (place: number) => `rank-${place}`;

const OfferedPractice = ({ language, offers, faults, filled, offer }: ChoiceProps & { offer: Offer }) => {
  const words = CHOICE_WORDS[language];
  const field = rankFieldOf(offer.place);
  const { message, attributes } = faultAt(faults, field);
  return (
    <div class={message ? 'panel wrong' : 'panel'}>
      <h3>
        {offer.name}, {offer.city}
      </h3>
      <Facts facts={offer.terms} />
      <label for={field}>{words.ask(offer.name)}</label>
      {message}
      <select id={field} name={field} {...attributes}>
        <option value="">{words.leaveOut}</option>
        {offers.map((_, index) => (
          <option value={String(index + 1)} selected={filled.ranks[offer.place] === String(index + 1)}>
            {words.ranks[index]}
          </option>
        ))}
      </select>
    </div>
  );
};

export const ChoicePage = (props: ChoiceProps) => {
  const { language, base, formToken, facts, faults, filled } = props;
  const form = { language, base, formToken };
  const words = CHOICE_WORDS[language];
  const common = WORDS[language];
  return (
    <>
      <Faults language={language} faults={faults} />
      <h1>{words.title}</h1>
      <p>{words.intro(facts)}</p>
      <Facts facts={words.terms(facts)} />
      <ul>
        {words.statements(facts).map((statement) => (
          <li>{statement}</li>
        ))}
      </ul>
      <Form {...form} to="/grant" id={DECISION_FORM}>
        <input type="hidden" name="text_hash" value={props.textHash} />
        <h2>{words.whom}</h2>
        <p class="hint">{words.whomHint}</p>
        {props.offers.map((offer) => (
          <OfferedPractice {...props} offer={offer} />
        ))}
        <Categories language={language} asked={props.asked} client={props.client} filled={filled} />
        <Feedback
          language={language}
          heading={words.feedbackHeading(facts)}
          faults={faults}
          filled={filled}
        />
        <Sign language={language} faults={faults} filled={filled} />
        <button type="submit">{common.grantButton}</button>
      </Form>
      <h2 class="screen">{words.denyHeading}</h2>
      <p class="screen">{common.denyText}</p>
      <AskOnce
        {...form}
        to="/deny"
        button={words.denyButton}
        ask={words.denyAsk(facts)}
        sure={words.denySure}
      />
      <Contacts language={language} parties={props.parties} />
    </>
  );
};

export interface WayProps extends FormProps {
  readonly facts: ChoiceFacts;
  readonly heading: string;
  /** When the client stopped it, written out; null: they did not. */
  readonly stoppedAt: string | null;
  /** What happens now, in sentences. */
  readonly next: readonly string[];
  /** Those whom the client named, in their order, and how each stands. */
  readonly way: readonly (readonly [name: string, standing: string])[];
  readonly notNamed: readonly string[];
  readonly parties: readonly Party[];
  readonly canStop: boolean;
  readonly receipt: readonly (readonly [term: string, value: Child])[];
  readonly children?: Child;
}

export const WayPage = ({ children, ...props }: WayProps) => {
  const { language, base, formToken, facts, next } = props;
  const words = CHOICE_WORDS[language];
  const common = WORDS[language];
  return (
    <>
      <h1>{props.heading}</h1>
      {props.stoppedAt === null ? null : (
        <>
          <p>{words.stopped(props.stoppedAt)}</p>
          <p>
            {words.deletionText(facts)} <Mail address={facts.operator.email} />
          </p>
        </>
      )}
      {next.length === 0 ? null : (
        <>
          <h2>{common.nextHeading}</h2>
          <ul>
            {next.map((sentence) => (
              <li>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <h2>{words.wayHeading}</h2>
      <ol>
        {props.way.map(([name, standing]) => (
          <li>
            <strong>{name}</strong>: {standing}
          </li>
        ))}
      </ol>
      {props.notNamed.length === 0 ? null : <p>{words.notNamed(props.notNamed.join(', '))}</p>}
      <Contacts language={language} parties={props.parties} />
      {props.canStop ? (
        <div class="panel screen">
          <h2>{words.stopHeading}</h2>
          <p>{words.stopText}</p>
          <AskOnce
            language={language}
            base={base}
            formToken={formToken}
            to="/revoke"
            button={words.stopButton}
            ask={words.stopAsk}
            sure={words.stopSure}
          />
        </div>
      ) : null}
      <h2>{common.receiptHeading}</h2>
      <Facts facts={props.receipt} />
      <p class="screen hint">{common.receipt.print}</p>
      {children}
    </>
  );
};
