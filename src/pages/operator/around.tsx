/** What stands around each of the operator's pages: the way to the others, and out. */
import type { Child } from 'hono/jsx';
import { languageOf } from '../kit/language.ts';
import { type Page, type PageStatus, show } from '../kit/page.tsx';
import { type Fault, Faults, Form, faultAt } from '../kit/parts.tsx';
import { BASE } from './visit.ts';
import { WORDS } from './words.ts';

export const PAGES = ['queue', 'health', 'network'] as const;
export type OperatorPage = (typeof PAGES)[number];

/** @param query what of the address is kept where the language is switched */
export function showOperatorPage(
  c: Page,
  current: OperatorPage,
  formToken: string,
  title: string,
  children: Child,
  { status = 200, faults = [] }: { readonly status?: PageStatus; readonly faults?: readonly Fault[] } = {},
) {
  const language = languageOf(c);
  const words = WORDS[language];
  const nav = (
    <nav aria-label={words.pages}>
      {PAGES.map((name) => (
        <a href={`${BASE}/${name}?lang=${language}`} aria-current={name === current ? 'page' : undefined}>
          {words.nav[name]}
        </a>
      ))}
    </nav>
  );
  const body = (
    <>
      <Faults language={language} faults={faults} />
      <h1>{title}</h1>
      {children}
    </>
  );
  const out = (
    <Form language={language} base={BASE} formToken={formToken} to="/sign-out">
      <button type="submit" class="quiet">
        {words.signOut}
      </button>
    </Form>
  );
  return show(c, `${BASE}/${current}`, status, title, body, {
    notice: nav,
    footer: out,
    style: 'report.css',
  });
}

export function showSignIn(c: Page, faults: readonly Fault[] = []) {
  const language = languageOf(c);
  const words = WORDS[language];
  const { message, attributes } = faultAt(faults, 'key', 'key-hint');
  const page = (
    <>
      <Faults language={language} faults={faults} />
      <h1>{words.signIn}</h1>
      <form method="post" action={`${BASE}/sign-in?lang=${language}`} novalidate>
        <label for="key">{words.key}</label>
        <span class="hint" id="key-hint">
          {words.keyHint}
        </span>
        {message}
        <input type="password" id="key" name="key" autocomplete="off" spellcheck={false} {...attributes} />
        <p>
          <button type="submit">{words.enter}</button>
        </p>
      </form>
    </>
  );
  return show(c, BASE, faults.length > 0 ? 422 : 200, words.signIn, page);
}
