/** What somebody sees who was invited to join. What it says stands in `words.ts`. */
import type { Child } from 'hono/jsx';
import type { selectUsableTerms } from '../../catalog/catalog.repository.ts';
import { TERMS } from '../../joining/terms.ts';
import { LOCALES, nameJurisdiction, STATE_LETTERS } from '../../platform/labels.ts';
import type { Language } from '../kit/language.ts';
import { type Fault, Faults, Form, type FormProps, faultAt } from '../kit/parts.tsx';
import { type Field, type Filled, TIME_ZONES } from './fields.ts';
import { WORDS } from './words.ts';

export type Terms = readonly Awaited<ReturnType<typeof selectUsableTerms>>[number][];
type Option = readonly [value: string, words: string];

export interface RegisterProps extends FormProps {
  readonly inviter: string;
  readonly invitee: string;
  readonly message: string;
  readonly operator: string;
  readonly terms: Terms;
  readonly faults: readonly Fault[];
  readonly filled: Filled;
}

/** The form that is kept where the language is switched. */
export const REGISTER_FORM = 'register';

const AUTOCOMPLETE: Partial<Record<Field, string>> = {
  person_name: 'name',
  practice_name: 'organization',
  city: 'address-level2',
  state: 'address-level1',
  email: 'email',
  phone: 'tel',
};

const byWords = (language: Language) => (a: Option, b: Option) => a[1].localeCompare(b[1], LOCALES[language]);

const optionsOf = (terms: Terms, kind: string, language: Language): Option[] =>
  terms
    .filter((term) => term.kind === kind)
    .map((term): Option => [term.code, language === 'es' ? term.label_es : term.label_en])
    .sort(byWords(language));

const statesIn = (language: Language): Option[] =>
  STATE_LETTERS.map((letters): Option => [letters, nameJurisdiction(`US-${letters}`, language)]).sort(
    byWords(language),
  );

const zonesIn = (language: Language): Option[] =>
  TIME_ZONES.map((timeZone): Option => {
    const parts = new Intl.DateTimeFormat(LOCALES[language], {
      timeZone,
      timeZoneName: 'longGeneric',
    }).formatToParts(0);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
    return [timeZone, `${name} (${timeZone.split('/')[1]?.replaceAll('_', ' ')})`];
  });

type InputProps = Pick<RegisterProps, 'language' | 'faults' | 'filled'> & {
  readonly name: Exclude<Field, 'agree'>;
};

/** A field with its label, what helps to fill it in, and what is wrong with it. */
const Labelled = ({
  language,
  faults,
  name,
  input,
}: InputProps & { input: (attributes: object) => Child }) => {
  const { labels, hints } = WORDS[language];
  const hint = hints[name];
  const { message, attributes } = faultAt(faults, name, hint && `${name}-hint`);
  return (
    <p class={message ? 'wrong' : undefined}>
      <label for={name}>{labels[name]}</label>
      {hint ? (
        <span class="hint" id={`${name}-hint`}>
          {hint}
        </span>
      ) : null}
      {message}
      {input({ id: name, name, autocomplete: AUTOCOMPLETE[name], ...attributes })}
    </p>
  );
};

const Text = ({ type = 'text', max, ...props }: InputProps & { type?: string; max: number }) => (
  <Labelled
    {...props}
    input={(attributes) => (
      <input type={type} maxlength={max} value={props.filled.values[props.name] ?? ''} {...attributes} />
    )}
  />
);

const Area = (props: InputProps) => (
  <Labelled
    {...props}
    input={(attributes) => (
      <textarea rows={4} maxlength={2000} {...attributes}>
        {props.filled.values[props.name] ?? ''}
      </textarea>
    )}
  />
);

const Select = ({ options, empty, ...props }: InputProps & { options: readonly Option[]; empty: string }) => (
  <Labelled
    {...props}
    input={(attributes) => (
      <select {...attributes}>
        <option value="">{empty}</option>
        {options.map(([value, words]) => (
          <option value={value} selected={props.filled.values[props.name] === value}>
            {words}
          </option>
        ))}
      </select>
    )}
  />
);

const Services = ({ language, terms, filled, faults }: RegisterProps) => {
  const words = WORDS[language];
  const { message, attributes } = faultAt(faults, 'services', 'services-hint');
  return (
    <fieldset id="services" aria-describedby={attributes['aria-describedby']}>
      <legend>{words.sections[3]}</legend>
      <p class="hint" id="services-hint">
        {words.servicesHint}
      </p>
      {message}
      <details open={filled.services.length > 0}>
        <summary>{words.servicesShow}</summary>
        <div class="options">
          {optionsOf(terms, 'service', language).map(([code, label]) => (
            <div class="option">
              <input
                type="checkbox"
                id={`service-${code}`}
                name="service"
                value={code}
                checked={filled.services.includes(code)}
              />
              <label for={`service-${code}`}>{label}</label>
            </div>
          ))}
        </div>
      </details>
    </fieldset>
  );
};

const Agree = ({ language, faults }: RegisterProps) => {
  const words = WORDS[language];
  const { message, attributes } = faultAt(faults, 'agree');
  return (
    <fieldset>
      <legend>{words.sections[4]}</legend>
      <p>{words.termsIntro}</p>
      <ul>
        {TERMS[language].map((rule) => (
          <li>{rule}</li>
        ))}
      </ul>
      <div class={message ? 'wrong' : undefined}>
        {message}
        <div class="option">
          <input type="checkbox" id="agree" name="agree" value="yes" {...attributes} />
          <label for="agree">{words.agree}</label>
        </div>
      </div>
    </fieldset>
  );
};

export const RegisterPage = (props: RegisterProps) => {
  const { language, base, formToken, faults, filled, terms } = props;
  const words = WORDS[language];
  const [person, credential, practice] = words.sections;
  const field = { language, faults, filled };
  return (
    <>
      <Faults language={language} faults={faults} />
      <h1>{words.title(props.inviter)}</h1>
      <p>{words.greeting(props.invitee)}</p>
      <p>{words.intro(props.inviter, props.operator)}</p>
      <div class="panel">
        <h2>{words.message(props.inviter)}</h2>
        <p class="prose">{props.message}</p>
      </div>
      <ol>
        {words.steps.map((step) => (
          <li>{step}</li>
        ))}
      </ol>
      <Form language={language} base={base} formToken={formToken} to="/register" id={REGISTER_FORM}>
        <input type="hidden" name="claim" value={filled.claim} />
        <fieldset>
          <legend>{person}</legend>
          <Text {...field} name="person_name" max={160} />
          <Select
            {...field}
            name="profession"
            empty={words.choose}
            options={optionsOf(terms, 'profession', language)}
          />
        </fieldset>
        <fieldset>
          <legend>{credential}</legend>
          <Text {...field} name="credential_title" max={120} />
          <Text {...field} name="issuer" max={160} />
          <Text {...field} name="number" max={64} />
          <Select {...field} name="credential_state" empty={words.samePlace} options={statesIn(language)} />
          <Text {...field} name="expires_on" type="date" max={10} />
        </fieldset>
        <fieldset>
          <legend>{practice}</legend>
          <Text {...field} name="practice_name" max={160} />
          <Text {...field} name="city" max={120} />
          <Select {...field} name="state" empty={words.choose} options={statesIn(language)} />
          <Select {...field} name="time_zone" empty={words.choose} options={zonesIn(language)} />
          <Area {...field} name="scope" />
          <Text {...field} name="email" type="email" max={254} />
          <Text {...field} name="phone" type="tel" max={31} />
        </fieldset>
        <Services {...props} />
        <Agree {...props} />
        <button type="submit">{words.button}</button>
      </Form>
    </>
  );
};

/** A page that has nothing to fill in. */
export const Told = ({ heading, children }: { heading: string; children?: Child }) => (
  <>
    <h1>{heading}</h1>
    {children}
  </>
);
