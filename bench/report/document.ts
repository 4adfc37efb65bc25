/** `docs/performance.md`. No I/O. */
import { lifeOf, scaleTable } from '../scale/table.ts';
import type { Figures } from './figures.ts';
import { BACKLOG, BESIDE_A_MILLION, PROFILE, START_UP, WHY_IT_GROWS } from './notes.ts';
import { PRICES, priceOf } from './price.ts';
import {
  bytesTable,
  deliveryTable,
  floorTable,
  grownBetween,
  minuteTable,
  operationTable,
  toMarkdown,
} from './tables.ts';

/** Invocations of a life beside its requests: each delivery has one of its own, and a batch of the queue one for its messages. */
const INVOCATIONS_PER_MESSAGE = 2;

function pricesOf({ life, bytes }: Figures): string {
  const all = bytes.reduce((sum, one) => sum + one.bytes, 0);
  const price = priceOf({
    rows_read: life.read,
    rows_written: life.written,
    requests: life.requests + INVOCATIONS_PER_MESSAGE * life.messages,
    messages: life.messages,
    cpu_ms: life.cpu_ms,
    bytes: all,
  });
  const rows = Object.entries(price.of).map(([of, dollars]) => ({
    of,
    'dollars a million lives': dollars.toFixed(2),
  }));
  return `${toMarkdown([...rows, { of: 'all', 'dollars a million lives': price.once.toFixed(2) }])}

And ${price.month.toFixed(2)} dollars a month for storing a million of them. List prices of Workers Paid beyond what the plan includes, read on ${PRICES.read_on} from public copies of Cloudflare’s pages: ${PRICES.rows_written_million} dollar a million rows written, ${PRICES.rows_read_million} read, ${PRICES.requests_million} a million requests, ${PRICES.cpu_ms_million} a million milliseconds of CPU, ${PRICES.queue_operations_million} a million queue operations (three for each message), ${PRICES.storage_gb_month} a gigabyte and month. The CPU time is that of the whole local runtime, the database included: more than is billed.`;
}

export function toDocument(all: readonly Figures[]): string {
  const runs = all.toSorted((a, b) => a.referrals - b.referrals);
  const [small, large] = [runs[0], runs.at(-1)] as [Figures, Figures];
  // Rows hang on the size, times on the code and on who else works: they are those of the latest run.
  const [latest] = runs.toSorted((a, b) => b.measured_on.localeCompare(a.measured_on)) as [Figures];
  const ofLatest = `${latest.referrals.toLocaleString('en-US')} referrals`;
  const { life } = large;
  const bytes = Math.round(large.bytes.reduce((sum, one) => sum + one.bytes, 0));
  const grown = runs.length > 1 ? grownBetween(small, large) : [];
  const growth =
    runs.length < 2
      ? 'Only one size is kept.'
      : grown.length === 0
        ? `Of ${large.operations.length} operations, ${large.deliveries.length} kinds of delivery and ${large.minute.length} parts of the minute none reads more rows at ${large.referrals.toLocaleString('en-US')} referrals than at ${small.referrals.toLocaleString('en-US')}, by a tenth and three rows.`
        : `${toMarkdown(grown)}\n\n${WHY_IT_GROWS}`;
  return `# Performance

Made from \`docs/performance.json\` by \`npm run bench:document\`; the figures are those of \`npm run bench -- --referrals N --keep\`. Figures, never pass or fail: what must hold stands in \`tests/rules/\` (\`cost\`, \`delivery-cost\`, \`life\`, \`plans\`).

${runs.map((one) => `- ${one.referrals.toLocaleString('en-US')} referrals of ${one.practices.toLocaleString('en-US')} practices, ${one.measured_on}, ${one.seconds} s in all: ${one.machine}; ${one.load_average_after} at the end.`).join('\n')}

## Against the floor

The floor is a bare Hono handler in the same runtime that sends D1 the batches which the exchange sends for the same request, over the same rows, with the same messages for the queue and the same deliveries behind it. It checks no key, no limit, no input and no right, seals nothing and renders nothing. They take turns: a ratio is that of a turn to the floor’s turn beside it, the one in the middle of all. Beside ${ofLatest}; CPU is that of the whole local runtime for one request with the delivery behind it.

${toMarkdown(floorTable(latest))}

### Where the rest goes

${PROFILE}

## Start-up

${START_UP}

## What grows

${growth}

As it was found, and as it is:

| | at first, 10 k | at first, 1 M | now | why |
|---|--:|--:|---|---|
| rows read by each delivery | 52,000 | 5,199,843 | ${large.deliveries[0]?.read ?? '–'} at ${large.referrals.toLocaleString('en-US')} | it asks for who was told by the whole key; budget in \`delivery-cost\` |
| rows read by a minute's sweep, backlog of a dead endpoint | 2,999 | 299,999 | ${large.minute.find(({ name }) => name === 'sweep_deliveries')?.read.toLocaleString('en-US') ?? '–'}, with ${Math.floor(large.referrals / 10).toLocaleString('en-US')} waiting | endpoint by endpoint, and none behind an open breaker |
| rows written by a life | – | 155 | ${life.written} | [027](decisions/027-rows.md) |
| D1 calls of a life | – | 36 | ${life.calls}, beside the minute's | [027](decisions/027-rows.md) |
| bytes of a life | – | 15,000 | ${bytes.toLocaleString('en-US')} a referral of every kind here | below |

${BESIDE_A_MILLION}

## A life

Sent, read, accepted, read, engaged, completed, with an endpoint on each side that gets every event: ${life.calls} D1 calls of ${life.statements} statements, ${life.read} rows read, ${life.written} written, ${life.messages} messages, and ${life.cpu_ms} ms of CPU of the whole local runtime.

${pricesOf(large)}

${bytes.toLocaleString('en-US')} bytes a referral, in whole pages: ${Math.floor(10e9 / bytes).toLocaleString('en-US')} fit into one database's 10 GB. Here is every kind of referral, not only whole lives; idempotency records, which go after a day, are left out.

${toMarkdown(bytesTable(large))}

## Deliveries

From the commit on, at ${ofLatest}; the times hold the request before it and the looking for its end (25 ms apart).

${toMarkdown(deliveryTable(latest))}

## A backlog

${BACKLOG}

## The minute

The most that each part asked in five minutes, at ${ofLatest}, beside ${Math.floor(latest.referrals / 10).toLocaleString('en-US')} deliveries that wait at a dead endpoint.

${toMarkdown(minuteTable(latest))}

## Operations

At ${ofLatest}, of a practice with a page of its own; a write is measured five times alone and sixteen times at once.

${toMarkdown(operationTable(latest))}

## What an account holds

By [the simulation](scale.md), after a year of a million referrals for each network, in percent of what there is; and what is full first if it goes on.

${toMarkdown(scaleTable(lifeOf(large)))}
`;
}
