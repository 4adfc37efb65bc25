/** The page of a month's report, for a person with only a browser and the link that a practice shared. */
import type { Hono } from 'hono';
import type { AppEnv } from '../../http/app-env.ts';
import { exchangeOf } from '../../http/mount.ts';
import { LINK_PATHS } from '../../platform/vault/links.ts';
import { keepMonths } from '../../reports/keeping.ts';
import { buildReport } from '../../reports/report.ts';
import { readSharedReport } from '../../reports/shares.ts';
import { languageOf, writeMonth } from '../kit/language.ts';
import { guardLink, type Page, show } from '../kit/page.tsx';
import { PlainPage } from '../kit/parts.tsx';
import { ReportPage } from './views.tsx';
import { WORDS } from './words.ts';

const tokenOf = (c: Page) => c.req.param('token') ?? '';
const baseOf = (c: Page) => `${LINK_PATHS.report}/${encodeURIComponent(tokenOf(c))}`;

function showInvalid(c: Page) {
  const { invalidTitle, invalid } = WORDS[languageOf(c)];
  return show(c, baseOf(c), 404, invalidTitle, <PlainPage heading={invalidTitle} text={invalid} />);
}

async function open(c: Page) {
  const { database, vault, now, defer } = exchangeOf(c);
  const found = await readSharedReport(tokenOf(c), database, vault, now);
  if (!found) return showInvalid(c);
  if (found.unkept.length > 0) defer(() => keepMonths(database.apart(), found.practiceId, found.unkept, now));
  const report = buildReport(found, now);
  const language = languageOf(c);
  const title = WORDS[language].title(report.practice.name, writeMonth(report.to_month, language));
  return show(c, baseOf(c), 200, title, <ReportPage report={report} language={language} />, {
    style: 'report.css',
  });
}

export function mountReportPage(app: Hono<AppEnv>): void {
  app.use('/report/:token', ...guardLink(showInvalid));
  app.get('/report/:token', open);
}
