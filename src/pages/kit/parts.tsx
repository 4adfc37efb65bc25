/** What the pages are made of. */
import type { Child } from 'hono/jsx';
import type { IntakeAnswer } from '../../practices/intake/questions.ts';
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

const errorIdOf = (fieldId: string) => `${fieldId}-error`;

/** What is wrong with a field, said at the field itself, and how the field refers to it. */
export function faultAt(faults: readonly Fault[], fieldId: string, hintId?: string) {
  const fault = faults.find(([id]) => id === fieldId);
  const described = [hintId, fault && errorIdOf(fieldId)].filter(Boolean).join(' ');
  return {
    message: fault ? (
      <span class="error" id={errorIdOf(fieldId)}>
        {fault[1]}
      </span>
    ) : null,
    attributes: {
      ...(described === '' ? {} : { 'aria-describedby': described }),
      ...(fault ? { 'aria-invalid': 'true' as const } : {}),
    },
  };
}

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
  id,
  children,
}: FormProps & { to: string; id?: string; children?: Child }) => (
  <form method="post" id={id} action={`${base}${to}?lang=${language}`} novalidate>
    <input type="hidden" name={FORM_TOKEN} value={formToken} />
    {children}
  </form>
);

const YES_NO: Record<Language, Record<'true' | 'false', string>> = {
  en: { true: 'yes', false: 'no' },
  es: { true: 'sí', false: 'no' },
};

/** What a practice asked, and what was answered. */
export const Answers = ({ language, answers }: { language: Language; answers: readonly IntakeAnswer[] }) => (
  <>
    {answers.map(({ question, answer }, index) => (
      <>
        {index > 0 ? <br /> : null}
        {question} <strong>{typeof answer === 'boolean' ? YES_NO[language][`${answer}`] : answer}</strong>
      </>
    ))}
  </>
);

/** Terms and what they are; those that are empty are left out. */
export const Facts = ({ facts }: { facts: readonly (readonly [term: string, value: Child])[] }) => (
  <dl>
    {facts
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([term, value]) => (
        <div>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);

export const Phone = ({ number }: { number: string }) => (
  <a href={`tel:${number.replaceAll(/[^+\d]/g, '')}`}>{number}</a>
);

/** An e-mail address may be broken at the @, where a line is too short for it. */
export const Address = ({ address }: { address: string }) => {
  const [name, host] = address.split('@');
  return (
    <>
      {name}
      <wbr />@{host}
    </>
  );
};

export const Mail = ({ address }: { address: string }) => (
  <a href={`mailto:${address}`}>
    <Address address={address} />
  </a>
);

export const PlainPage = ({ heading, text }: { heading: string; text: string }) => (
  <>
    <h1>{heading}</h1>
    <p>{text}</p>
  </>
);
