/** `npm run report`: a practice's reciprocity report in the terminal. */
import { parseArgs } from 'node:util';
import { linesOf, type PrintedReport } from './report/table.ts';

const USAGE = `Usage: npm run report -- --month 2026-10 --key rx_… [options]

  --month    the month; or --from and --to for several, at most 24
  --key      an API key of your practice with the scope reports:read (or set REFERRAL_EXCHANGE_KEY)
  --partner  the id of one partner
  --url      the exchange (http://127.0.0.1:8787)`;

/** Ends the program with these words. */
class Stop extends Error {}

const text = { type: 'string' } as const;

function readOptions() {
  try {
    return parseArgs({
      options: { month: text, from: text, to: text, key: text, partner: text, url: text },
    }).values;
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** The whole report: the pages of its partners put together. */
async function fetchReport(): Promise<PrintedReport> {
  const { month, from, to, partner, url = 'http://127.0.0.1:8787', ...values } = readOptions();
  const key = values.key ?? process.env.REFERRAL_EXCHANGE_KEY;
  if (!key || !(month ?? from)) throw new Stop(`${key ? '--month' : '--key'} is missing.\n\n${USAGE}`);
  if (!URL.canParse(url)) throw new Stop(`--url is not a URL: ${url}`);
  const query = new URLSearchParams({ limit: '100', insights: 'true' });
  for (const [name, value] of Object.entries({ month, from, to, partner_id: partner }))
    if (value !== undefined) query.set(name, value);
  const partners: PrintedReport['partners'] = [];
  for (;;) {
    const response = await fetch(new URL(`/v1/reports/reciprocity?${query}`, url), {
      headers: { Authorization: `Bearer ${key}` },
    }).catch(() => {
      throw new Stop(`Nobody answers at ${url}.`);
    });
    const body = (await response.json()) as PrintedReport & { readonly detail?: string };
    if (!response.ok) throw new Stop(body.detail ?? `The exchange answers ${response.status}.`);
    partners.push(...body.partners);
    if (body.next_cursor === null) return { ...body, partners };
    query.set('cursor', body.next_cursor);
  }
}

try {
  for (const line of linesOf(await fetchReport())) console.log(line);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
