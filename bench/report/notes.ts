/** What was measured by hand, with when and beside what. */

export const PROFILE = `Where a practice stands against its limit of requests, the platform counts in the memory of the machine that the Worker runs on ([“Performance”](https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/)); the local runtime asks a Durable Object that commits every count to the disk ([workers-sdk #14968](https://github.com/cloudflare/workers-sdk/pull/14968)). The floor counts nothing. So both are measured: with the limits counted in memory, as they will be, and on the local disk.

Figures differ from run to run by a tenth. Of eight runs (one is the table's, the others \`npm run bench -- --referrals 1000 --only floor\`, with nothing else running), of the floor:

| a send | least | middle | most |
|---|--:|--:|--:|
| alone | 0.76 | 0.89 | 1.00 |
| alone, limits counted on the disk | 0.75 | 0.82 | 0.91 |
| sixteen at once | 0.79 | 0.83 | 0.94 |
| sixteen at once, limits counted on the disk | 0.78 | 0.80 | 0.91 |

The whole local runtime, sampled 1,499 times a second by \`perf\` on an idle machine (2026-12-01, load 1 on two cores) over 2,240 requests of each kind, sixteen at once, in turns beside each other, each with the delivery behind it. Milliseconds of CPU for one:

| with what | the floor | a send | a send, limits on the disk |
|---|--:|--:|--:|
| JavaScript of all Workers: the exchange or the floor, D1, the queue, the limiter | 1.74 | 2.23 | 2.42 |
| SQLite, its syncs to the disk included | 1.71 | 1.62 | 1.78 |
| Durable Objects around SQLite | 1.04 | 1.07 | 1.10 |
| going in and out of Workers and their requests | 0.74 | 0.78 | 0.92 |
| garbage collection | 0.59 | 0.69 | 0.99 |
| the event loop, sockets, background work of V8 | 0.85 | 0.94 | 1.02 |
| JSON | 0.27 | 0.32 | 0.33 |
| headers | 0.21 | 0.26 | 0.29 |
| cryptography | 0.06 | 0.14 | 0.14 |
| all | 7.20 | 8.05 | 8.98 |

So beyond the floor a send costs 0.85 ms, of which JavaScript that decides, checks and renders is 0.5, and the local limiter costs 0.93 more. What the JavaScript is, by CPU profiles of the Worker's isolate alone (2026-11-30; its sampling adds to what it measures), over 1,600 sends and 1,600 requests of the floor, in milliseconds for one:

| with what | a send | the floor |
|---|--:|--:|
| D1's client: values into JSON, the call, rows out of it | 0.78 | 0.75 |
| the runtime itself and its garbage collection | 0.44 | 0.31 |
| Drizzle and the door to D1: values into statements, rows into objects | 0.43 | 0.18 |
| encryption of six columns and their key, hashes, signed tokens | 0.42 | 0.07 |
| handing deliveries on and posting them | 0.24 | 0.24 |
| deciding and rendering | 0.20 | 0.01 |
| reading the request and answering it | 0.20 | 0.00 |
| Hono | 0.10 | 0.03 |
| Valibot | 0.07 | 0.00 |
| ids | 0.05 | 0.12 |
| the rest | 0.40 | 0.24 |
| all | 3.33 | 1.95 |

Before decision [041](decisions/041-prepared-statements.md) Drizzle built the SQL of 27 statements with each send, which was 17 % of the isolate's work. Since, rows are mapped by what is known of their columns, the day in a time zone is read once a quarter of an hour, and what a request has just sealed it does not open again. Fewer objects of the runtime for a request and its answer (URLs, copies of headers, decoders), together with one hash less for its bookmark, took 0.1 ms of 7.9, which is no more than two such measurements differ (two builds in turns beside each other, 5,120 sends of each); so the bookmark has its hash again, which the figures above are without.`;

export const START_UP = `\`npx wrangler check startup\` on 2026-11-30 on an idle machine with two cores, nine times: 920 KiB, 298 KiB gzip; 28.7 to 33.5 ms active, 29.5 in the middle, of which 1 to 6 ms were garbage collection; five more times three hours later 35.0 to 45.7 ms. It was 51 to 68 ms until examples of the document that code makes (tables, cards, a directory entry with days in a time zone) were made when the document asks for them: \`tests/rules/start-up.test.ts\`.`;

/** Of the table of what grows: none of it hangs on how many referrals there are. */
export const WHY_IT_GROWS = `None of this hangs on how many referrals there are, but on how many practices (a hundred times as many here), and each has a bound: a page of HSDS goes down a tree of two times 64 blocks of the directory ([037](decisions/037-hsds.md)); health counts at most 1,000 of each backlog; of endpoints at which something waits a run of the minute looks at 500 at most, and 10,000 practices have more of them than 100.`;

/** Measured once, with rows copied into the local D1; what must hold of it is in `tests/rules/lists.test.ts` and `cost`. */
export const BESIDE_A_MILLION = `A practice with 2,000 referrals of its own, alone and beside 1,000,000 of others (2026-11-30), rows read: report of a month of 1,000 that is open 1,011 and 1,012; of one that is kept 12 and 12; a year's trend 1,078 and 1,079; a page of a rare state 1,506 and 1,506; partnerships 8 and 9. The first page of the directory read 17 and 35: two practices more were in it.`;

export const BACKLOG = `\`npm run bench:backlog\` on 2026-11-30 on an idle machine with two cores. 10,000 due deliveries for 50 endpoints left in 28 s, 356 a second. Of an endpoint beside one with 100,000 pending, from the commit to the receipt:

| | p50 ms | p95 ms | p95 of alone |
|---|--:|--:|--:|
| alone | 14 | 19 | |
| while the other one is dead | 13 | 17 | 0.89 |
| while the other one drains, at 213 a second | 14 | 25 | 1.32 |

With ten of a share under way, however quick the receiver, it was 1.66; with four, at 272 a second, 1.59 ([008](decisions/008-shares.md)).`;
