/**
 * The page behind the link of a reminder, on which a practice says whether it takes new clients. It names no client. A GET
 * asks and changes nothing, as mail scanners follow links; the form of ours says it, once.
 */
import type { Hono } from 'hono';
import type { AppEnv } from '../../http/app-env.ts';
import { exchangeOf } from '../../http/mount.ts';
import { CAPACITIES } from '../../platform/db/schema.ts';
import { LINK_PATHS } from '../../platform/vault/links.ts';
import type { AskedPractice } from '../../practices/capacity-link.repository.ts';
import { readAsked, sayByLink } from '../../practices/capacity-link.ts';
import { fieldOf, readForm } from '../kit/forms.ts';
import { languageOf } from '../kit/language.ts';
import { guardLink, type Page, show } from '../kit/page.tsx';
import { type Fault, PlainPage } from '../kit/parts.tsx';
import { AskPage, DonePage } from './views.tsx';
import { WORDS } from './words.ts';

const FORM = 'capacity-form';
const tokenOf = (c: Page) => c.req.param('token') ?? '';
const baseOf = (c: Page) => `${LINK_PATHS.capacity}/${encodeURIComponent(tokenOf(c))}`;

function showInvalid(c: Page) {
  const { invalidTitle, invalid } = WORDS[languageOf(c)];
  return show(c, baseOf(c), 404, invalidTitle, <PlainPage heading={invalidTitle} text={invalid} />);
}

async function ask(c: Page, practice: AskedPractice, faults: readonly Fault[] = []) {
  const language = languageOf(c);
  const base = baseOf(c);
  const formToken = await exchangeOf(c).vault.tokens.sign(FORM, tokenOf(c));
  const page = (
    <AskPage language={language} base={base} formToken={formToken} practice={practice} faults={faults} />
  );
  return show(c, base, faults.length > 0 ? 422 : 200, WORDS[language].title(practice.name), page);
}

async function open(c: Page) {
  const asked = await readAsked(tokenOf(c), exchangeOf(c));
  if (!asked) return showInvalid(c);
  if (!asked.isUsed) return ask(c, asked.practice);
  const language = languageOf(c);
  const page = <DonePage practice={asked.practice} language={language} />;
  return show(c, baseOf(c), 200, WORDS[language].doneTitle, page);
}

async function say(c: Page) {
  const exchange = exchangeOf(c);
  const asked = await readAsked(tokenOf(c), exchange);
  if (!asked) return showInvalid(c);
  const form = await readForm(c, (token) => exchange.vault.tokens.isSigned(token, FORM, tokenOf(c)));
  if (form && !asked.isUsed) {
    const capacity = CAPACITIES.find((one) => one === fieldOf(form, 'capacity'));
    if (!capacity) return ask(c, asked.practice, [['capacity', WORDS[languageOf(c)].choose]]);
    await sayByLink(exchange, asked.link, capacity);
  }
  return c.redirect(`${baseOf(c)}?lang=${languageOf(c)}`, 303);
}

export function mountCapacityPage(app: Hono<AppEnv>): void {
  app.use('/capacity/:token', ...guardLink(showInvalid));
  app.get('/capacity/:token', open);
  app.post('/capacity/:token', say);
}
