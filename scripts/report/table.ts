/** A report as lines for a terminal: aligned columns, and a bar each way. */
import type { InferOutput } from 'valibot';
import type { RateSchema, ReciprocityReportSchema } from '../../src/reports/reports.schemas.ts';

export type PrintedReport = InferOutput<typeof ReciprocityReportSchema>;

const BAR_CELLS = 20;
const NAME_CELLS_MAX = 40;
/** Eighths of a cell, the smallest first. */
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const lettersOf = (text: string) => [...graphemes.segment(text)].map(({ segment }) => segment);

/** A name in so many cells; what is too long ends with an ellipsis. */
function fit(text: string, cells: number): string {
  const letters = lettersOf(text);
  const shown = letters.length > cells ? [...letters.slice(0, cells - 1), '…'] : letters;
  return shown.join('') + ' '.repeat(cells - shown.length);
}

export function barOf(value: number, most: number): string {
  const eighths = most === 0 ? 0 : Math.round((value / most) * BAR_CELLS * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (PARTS[eighths % 8] ?? '');
}

const rateText = ({ numerator, denominator, rate }: InferOutput<typeof RateSchema>) =>
  rate === null ? 'none to count' : `${Math.round(rate * 100)} % (${numerator} of ${denominator})`;

const inTwo = (reciprocity: number | null) => (reciprocity === null ? '–' : reciprocity.toFixed(2));

const LISTED_MAX = 10;
/** A finding, and below it those that it is about. */
function finding(heading: string, count: number, items: readonly (readonly [name: string, note: string])[]) {
  if (count === 0) return [];
  const shown = items.slice(0, LISTED_MAX);
  const cells = Math.min(NAME_CELLS_MAX, Math.max(0, ...shown.map(([name]) => lettersOf(name).length)));
  const rest = count - shown.length;
  return [
    `${heading}:`,
    ...shown.map(([name, note]) => `  ${fit(name, cells)}  ${note}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function nextLinesOf({ insights, time_zone }: PrintedReport): string[] {
  if (!insights) return [];
  const { waiting, ending, thank, nurture, slower } = insights;
  const minuteOf = (time: string) =>
    new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: time_zone }).format(
      Date.parse(time),
    );
  const hoursOf = (seconds: number) => `${(seconds / 3600).toFixed(1)} h`;
  const lines = [
    ...(slower
      ? [
          `You accept within ${hoursOf(slower.median_seconds)} half of the time; half of the network does within ${hoursOf(slower.network_median_seconds)} (${slower.network_month})`,
        ]
      : []),
    ...finding(
      'Waits on you',
      waiting.count,
      waiting.data.map(({ name, respond_by }) => [
        name,
        respond_by === null ? 'asked you something' : `answer by ${minuteOf(respond_by)}`,
      ]),
    ),
    ...finding(
      'Ends within 60 days',
      ending.count,
      ending.data.map(({ professional_name, title, expires_on }) => [
        `${professional_name}: ${title}`,
        expires_on,
      ]),
    ),
    ...finding(
      'To thank',
      thank.count,
      thank.data.map(({ name, received }) => [name, `sent you ${received}`]),
    ),
    ...finding(
      'Quiet for 90 days',
      nurture.count,
      nurture.data.map(({ name, quiet_since }) => [name, `since ${minuteOf(quiet_since).slice(0, 10)}`]),
    ),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

export function linesOf(report: PrintedReport): string[] {
  const { practice, from_month, to_month, time_zone, complete, totals, partners } = report;
  const months = from_month === to_month ? from_month : `${from_month} to ${to_month}`;
  const rows = [...partners, { name: 'All together', referrals: totals.referrals }];
  const nameCells = Math.min(NAME_CELLS_MAX, Math.max(12, ...rows.map(({ name }) => lettersOf(name).length)));
  const most = Math.max(0, ...partners.flatMap(({ referrals }) => [referrals.given, referrals.received]));
  const columns = (name: string, cells: readonly string[]) =>
    `${fit(name, nameCells)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  const rates = ['acceptance', 'response', 'engagement', 'end_to_end', 'loop_closure'] as const;
  const label = (name: string) => name.replaceAll('_', ' ').padEnd(14);
  return [
    `${practice.name}, ${months}, ${time_zone}${complete ? '' : ' (not over yet)'}`,
    '',
    `${columns('Partner', ['given', 'received', 'mutual'])}   given ${' '.repeat(BAR_CELLS - 4)}received`,
    ...rows.map(({ name, referrals }, index) => {
      const { given, received, reciprocity } = referrals;
      const numbers = columns(name, [String(given), String(received), inTwo(reciprocity)]);
      if (index === partners.length) return numbers;
      const [left, right] = [barOf(given, most), barOf(received, most)];
      return `${numbers}   ${left.padEnd(BAR_CELLS + 2)}${right}`.trimEnd();
    }),
    '',
    `${label('')}${'given'.padEnd(24)}received`,
    ...rates.map(
      (name) => `${label(name)}${rateText(totals.given[name]).padEnd(24)}${rateText(totals.received[name])}`,
    ),
    ...nextLinesOf(report),
    '',
    'A report thanks: reciprocity is no debt, and nobody is ranked by it.',
  ];
}
