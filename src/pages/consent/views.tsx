/** The client's pages. What they say stands in `words.ts`. */
import type { Category } from '../../consents/consents.schemas.ts';
import type { DisclosureRow } from '../../privacy/disclosures.repository.ts';
import type { Client } from '../../referrals/client.schemas.ts';
import { writeDay, writeTime } from '../kit/language.ts';
import { Facts, type Fault, Faults, Form, type FormProps } from '../kit/parts.tsx';
import { WORDS } from './words.ts';
import type { ConsentFacts } from './words.types.ts';

export const NamePage = (
  props: FormProps & { facts: ConsentFacts; isDecided: boolean; triesLeft: number | null },
) => {
  const words = WORDS[props.language];
  return (
    <>
      <Faults
        language={props.language}
        faults={props.triesLeft === null ? [] : [['last_name', words.nameWrong(props.triesLeft)]]}
      />
      <h1>{props.isDecided ? words.receiptHeading : words.title}</h1>
      <p>{props.isDecided ? words.introDecided(props.facts) : words.intro(props.facts)}</p>
      <h2>{words.nameHeading}</h2>
      <Form {...props} to="/name">
        <label for="last_name">{words.nameLabel}</label>
        <p class="hint" id="last_name-hint">
          {words.nameHint}
        </p>
        <p>
          <input
            type="text"
            id="last_name"
            name="last_name"
            autocomplete="family-name"
            spellcheck={false}
            aria-describedby="last_name-hint"
            maxlength={100}
          />
        </p>
        <button type="submit">{words.nameButton}</button>
      </Form>
    </>
  );
};

/** The client's own details, as they would be shared. */
function describe(category: Category, client: Partial<Client>): string {
  const { identity, contact } = client;
  if (category === 'identity' && identity) {
    return [
      identity.given_name,
      identity.family_name,
      identity.preferred_name && `(${identity.preferred_name})`,
      identity.pronouns,
      identity.date_of_birth,
    ]
      .filter(Boolean)
      .join(' ');
  }
  if (category === 'contact' && contact)
    return [contact.email, contact.phone, contact.best_times].filter(Boolean).join(', ');
  if (category === 'documents') return (client.documents ?? []).map(({ title }) => title).join(', ');
  const value = client[category];
  return typeof value === 'string' ? value : '';
}

export interface DecisionProps extends FormProps {
  readonly facts: ConsentFacts;
  readonly textHash: string;
  readonly asked: readonly Category[];
  readonly client: Partial<Client>;
  readonly faults: readonly Fault[];
  /** What the client had filled in, where the form comes back. */
  readonly filled: {
    readonly categories: readonly string[];
    readonly feedback: string;
    readonly signature: string;
    readonly authority: string;
  };
}

const ALWAYS: readonly Category[] = ['identity', 'contact'];

export const DecisionPage = (props: DecisionProps) => {
  const { language, facts, asked, client, filled } = props;
  const words = WORDS[language];
  return (
    <>
      <Faults language={language} faults={props.faults} />
      <h1>{words.title}</h1>
      {words.text(facts).map((paragraph) => (
        <p>{paragraph}</p>
      ))}
      <Form {...props} to="/grant">
        <input type="hidden" name="text_hash" value={props.textHash} />
        <fieldset>
          <legend>{words.chooseHeading}</legend>
          <dl>
            {ALWAYS.map((category) => (
              <div>
                <dt>{words.categories[category]}</dt>
                <dd>
                  {describe(category, client)} <small class="hint">({words.alwaysShared})</small>
                </dd>
              </div>
            ))}
          </dl>
          {asked.some((category) => !ALWAYS.includes(category)) ? (
            <p class="hint">{words.chooseHint}</p>
          ) : null}
          {asked
            .filter((category) => !ALWAYS.includes(category))
            .map((category) => (
              <div class="option">
                <input
                  type="checkbox"
                  id={`category-${category}`}
                  name="category"
                  value={category}
                  checked={filled.categories.includes(category)}
                />
                <label for={`category-${category}`}>
                  {words.categories[category]}
                  <small>{describe(category, client)}</small>
                </label>
              </div>
            ))}
        </fieldset>
        <fieldset aria-describedby="feedback-hint">
          <legend>{words.feedbackHeading(facts)}</legend>
          <p class="hint" id="feedback-hint">
            {words.feedbackHint}
          </p>
          {(['yes', 'no'] as const).map((value) => (
            <div class="option">
              <input
                type="radio"
                id={`feedback-${value}`}
                name="feedback"
                value={value}
                checked={filled.feedback === value}
              />
              <label for={`feedback-${value}`}>
                {value === 'yes' ? words.feedbackYes : words.feedbackNo}
              </label>
            </div>
          ))}
        </fieldset>
        <fieldset>
          <legend>{words.signHeading}</legend>
          <p>
            <label for="signature">{words.signLabel}</label>
            <input
              type="text"
              id="signature"
              name="signature"
              autocomplete="name"
              maxlength={160}
              value={filled.signature}
            />
          </p>
          <p>
            <label for="authority">{words.representativeLabel}</label>
            <span class="hint" id="authority-hint">
              {words.representativeHint}
            </span>
            <input
              type="text"
              id="authority"
              name="authority"
              maxlength={200}
              value={filled.authority}
              aria-describedby="authority-hint"
            />
          </p>
          <div class="option">
            <input type="checkbox" id="agree" name="agree" value="yes" />
            <label for="agree">{words.signTick}</label>
          </div>
        </fieldset>
        <button type="submit">{words.grantButton}</button>
      </Form>
      <h2>{words.denyHeading}</h2>
      <p>{words.denyText}</p>
      <Form {...props} to="/deny">
        <button type="submit" class="stop">
          {words.denyButton}
        </button>
      </Form>
    </>
  );
};

export interface ReceiptProps extends FormProps {
  readonly facts: ConsentFacts;
  readonly heading: string;
  readonly canRevoke: boolean;
  readonly receipt: {
    readonly id: string;
    readonly grantedAt: number;
    readonly expiresAt: number;
    readonly categories: readonly Category[];
    readonly purposes: readonly string[];
    readonly feedback: boolean;
    readonly signedBy: string;
    readonly textHash: string | null;
    readonly text: readonly string[];
  };
  readonly disclosures: readonly DisclosureRow[];
  /** The moment with which the list ends; null where it is whole. */
  readonly disclosuresUntil: number | null;
}

export const ReceiptPage = (props: ReceiptProps) => {
  const { language, facts, receipt, base, disclosuresUntil } = props;
  const words = WORDS[language];
  const lines: [string, string][] = [
    [words.receipt.from, `${facts.sender}, ${facts.senderCity}`],
    [words.receipt.to, `${facts.receiver}, ${facts.receiverCity}`],
    [words.receipt.purposes, receipt.purposes.join('; ')],
    [words.receipt.shared, receipt.categories.map((category) => words.categories[category]).join(', ')],
    [words.receipt.feedback, receipt.feedback ? words.yes : words.no],
    [words.receipt.given, writeTime(receipt.grantedAt, language)],
    [words.receipt.until, writeDay(receipt.expiresAt, language)],
    [words.receipt.signedBy, receipt.signedBy],
    [words.receipt.id, receipt.id],
    ...(receipt.textHash ? [[words.receipt.hash, receipt.textHash] as [string, string]] : []),
  ];
  return (
    <>
      <h1>{props.heading}</h1>
      {props.canRevoke ? (
        <div class="panel screen">
          <h2>{words.revokeHeading}</h2>
          <p>{words.revokeText}</p>
          <Form {...props} to="/revoke">
            <button type="submit" class="stop">
              {words.revokeButton}
            </button>
          </Form>
        </div>
      ) : null}
      <h2>{words.receiptHeading}</h2>
      <Facts facts={lines} />
      <p class="screen hint">
        {words.receipt.print} <a href={`${base}/receipt.json`}>{words.receipt.json}</a>
      </p>
      <h2>{words.disclosuresHeading}</h2>
      {disclosuresUntil === null ? null : (
        <p>{words.disclosuresUntil(facts, writeTime(disclosuresUntil, language))}</p>
      )}
      {props.disclosures.length === 0 ? (
        <p>{disclosuresUntil === null ? words.disclosuresNone : words.disclosuresNoneUntil}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {words.disclosureColumns.map((column) => (
                <th scope="col">{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.disclosures.map(({ disclosed_at, way, categories }) => (
              <tr>
                <td>{writeTime(disclosed_at, language)}</td>
                <td>
                  {facts.receiver}, {words.ways[way] ?? way}
                </td>
                <td>
                  {categories
                    .map((category) => words.categories[category as Category] ?? category)
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {disclosuresUntil === null ? null : <p class="panel">{words.disclosuresRest(facts)}</p>}
      {receipt.text.length > 0 ? (
        <>
          <h2>{words.showText}</h2>
          {receipt.text.map((paragraph) => (
            <p>{paragraph}</p>
          ))}
        </>
      ) : null}
    </>
  );
};
