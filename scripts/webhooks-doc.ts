/**
 * Fills docs/webhooks.md: the snippets from docs/snippets, the example requests from the formats themselves, what is in
 * a CRM afterwards from its stand-in, the lists from the code. A test compares; `npm run generate:webhooks-doc` writes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { EVENT_TYPE_NAMES, type EventType, ruleOf } from '../src/ledger/event-types.ts';
import { exampleInput, SETTINGS_EXAMPLES, stepsOf } from '../src/webhooks/formats/examples.ts';
import type { FormatRequest } from '../src/webhooks/formats/format.ts';
import { checkSettings, type FormatName, formatOf } from '../src/webhooks/formats/formats.ts';
import { SOURCES } from '../src/webhooks/formats/sources.ts';
import { ATTEMPT_DELAYS_MS } from '../src/webhooks/posting/schedule.ts';
import { crmTable } from '../tests/support/crm-table.ts';

export const WEBHOOKS_DOC = 'docs/webhooks.md';

const URLS: Partial<Record<FormatName, string>> = {
  standard: 'https://crm.example/hooks/referrals',
  cloudevents: 'https://broker.example/events',
  flat: 'https://hooks.zapier.com/hooks/catch/1234/abcd/',
  salesforce_lead: 'https://elmstreet.my.salesforce.com',
  espocrm: 'https://espo.elmstreet.example',
  template: 'https://crm.elmstreet.example',
};
const fenced = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** A form one field a line: so it is sent, without the line breaks. */
const readable = (body: string) =>
  body.startsWith('{') ? JSON.stringify(JSON.parse(body), null, 2) : body.replaceAll('&', '\n&');

function showRequest({ method, url, headers, body }: FormatRequest): string {
  const { pathname, search, host } = new URL(url);
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const text = `${method} ${pathname}${search}\n${lines.join('\n')}`;
  return fenced('http', body === '' ? text : `${text}\n\n${readable(body)}`);
}

function showFormat(name: FormatName, detail: 'thin' | 'full'): string {
  const { settings } = checkSettings(name, SETTINGS_EXAMPLES[name], '');
  const url = URLS[name] ?? formatOf(name).defaultUrl ?? '';
  const input = exampleInput('referral.accepted', url, detail);
  return stepsOf(name, settings ?? {})
    .map((progress) => showRequest(formatOf(name).request(input, settings ?? {}, progress)))
    .join('\n\n');
}

function duration(milliseconds: number): string {
  if (milliseconds === 0) return 'at once';
  if (milliseconds < 60_000) return `${milliseconds / 1000} s`;
  return milliseconds < 3_600_000 ? `${milliseconds / 60_000} min` : `${milliseconds / 3_600_000} h`;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'typescript',
  py: 'python',
  php: 'php',
  go: 'go',
  java: 'java',
};

const NEEDS_FEEDBACK = {
  always: ' with `feedback`',
  where_it_tells_an_outcome: ' with `feedback`, where it tells an outcome',
  where_the_receiver_does_it: ' with `feedback`, where the receiver does it',
} as const;

function describeRow(type: EventType): string {
  const { says, hears, causes, needsFeedback } = ruleOf(type);
  const condition = needsFeedback ? NEEDS_FEEDBACK[needsFeedback] : '';
  const told = hears.map((hearer) => (hearer === 'sender' ? `sender${condition}` : hearer)).join(', ');
  return `| \`${type}\` | ${says} | ${told || '–'} | ${causes.join(', ')} |`;
}

const FILLERS: Readonly<Record<string, (argument: string) => string>> = {
  snippet: (file) =>
    fenced(LANGUAGES[file.split('.').at(-1) ?? ''] ?? '', readFileSync(`docs/snippets/${file}`, 'utf8')),
  settings: (name) => fenced('json', JSON.stringify(SETTINGS_EXAMPLES[name as FormatName], null, 2)),
  thin: (name) => showFormat(name as FormatName, 'thin'),
  full: (name) => showFormat(name as FormatName, 'full'),
  schedule: () => `${ATTEMPT_DELAYS_MS.length} attempts: ${ATTEMPT_DELAYS_MS.map(duration).join(', ')}.`,
  sources: () =>
    [
      '| Source | Consent category |',
      '|---|---|',
      ...Object.entries(SOURCES).map(([name, { category }]) => `| \`${name}\` | ${category ?? '–'} |`),
    ].join('\n'),
  crms: crmTable,
  events: () =>
    [
      '| Type | What it says | Told to | By |',
      '|---|---|---|---|',
      ...EVENT_TYPE_NAMES.map(describeRow),
    ].join('\n'),
};

/** Whatever stands between `<!-- made: name argument -->` and `<!-- /made -->` is made anew. */
export function fillWebhooksDoc(text: string): string {
  const filled = text.replaceAll(
    /<!-- made: (\w+) ?(\S*) -->\n[\s\S]*?<!-- \/made -->/g,
    (_all, name: string, argument: string) => {
      const fill = FILLERS[name];
      if (!fill) throw new Error(`${WEBHOOKS_DOC}: nothing is known as "${name}"`);
      const opening = `<!-- made: ${argument ? `${name} ${argument}` : name} -->`;
      return `${opening}\n${fill(argument)}\n<!-- /made -->`;
    },
  );
  return filled;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(WEBHOOKS_DOC, fillWebhooksDoc(readFileSync(WEBHOOKS_DOC, 'utf8')));
}
