/** What the pages are made of. */
import type { Child } from 'hono/jsx';
import { FORM_TOKEN } from './forms.ts';
import type { Language } from './language.ts';

/** A field and what is wrong with it; without a field, what is wrong with the whole. */
export type Fault = readonly [fieldId: string | null, words: string];

const FAULTS_TITLE: Record<Language, string> = { en: 'There is a problem', es: 'Hay un problema' };

export const Faults = ({ language, faults }: { language: Language; faults: readonly Fault[] }) =>
  faults.length === 0 ? null : (
    <div class="problem" role="alert" aria-labelledby="problem-title">
      <h2 id="problem-title">{FAULTS_TITLE[language]}</h2>
      <ul>
        {faults.map(([fieldId, words]) => (
          <li>{fieldId === null ? words : <a href={`#${fieldId}`}>{words}</a>}</li>
        ))}
      </ul>
    </div>
  );

export interface FormProps {
  readonly language: Language;
  /** The address of the link, without a trailing slash. */
  readonly base: string;
  readonly formToken: string;
}

export const Form = ({
  language,
  base,
  formToken,
  to,
  children,
}: FormProps & { to: string; children?: Child }) => (
  <form method="post" action={`${base}${to}?lang=${language}`} novalidate>
    <input type="hidden" name={FORM_TOKEN} value={formToken} />
    {children}
  </form>
);

/** Terms and what they are; those that are empty are left out. */
export const Facts = ({ facts }: { facts: readonly (readonly [term: string, value: Child])[] }) => (
  <dl>
    {facts
      .filter(([, value]) => value !== null && value !== '')
      .map(([term, value]) => (
        <div>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);

export const PlainPage = ({ heading, text }: { heading: string; text: string }) => (
  <>
    <h1>{heading}</h1>
    <p>{text}</p>
  </>
);
