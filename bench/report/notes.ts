/** What was measured by hand, with when and beside what. */

export const PROFILE = `A CPU profile of the Worker's isolate over 300 sends, one after the other, with a webhook each (2026-11-30, load 12 on two cores, so the shares count and the milliseconds do not), of what it was busy with:

| share | with what | the floor |
|--:|---|---|
| 23 % | D1's client: values into JSON, the call, rows out of it | has it too |
| 11 % | Drizzle building the SQL of 24 statements, the request's and its delivery's | sends ready texts |
| 10 % | the runtime itself | has it too |
| 4 % | handing deliveries on | has it too |
| 2 % | the rate limiter | asks none |
| 1 % | WebCrypto, as far as it is called from JavaScript | has none |
| 1 % | garbage | less |
| 45 % | the rest: Hono, reading and checking input, deciding, rendering, reading streams; no single function has more than 2 % of the whole | next to nothing |

So what a send takes beyond the floor is spread thin; the one lump is the building of SQL. Texts that are built once were not tried: the statements are typed by Drizzle, and each would have to be said twice.`;

export const START_UP = `\`npx wrangler check startup\` on 2026-11-30 at load 2 on two cores: 833 KiB, 270 KiB gzip; 76 ms active, of which 11 ms were garbage collection and 14 ms the runtime's own. The goal of 50 ms is missed: at start every schema and every table of the whole API is made.`;

/** Measured once, with rows copied into the local D1; what must hold of it is in `tests/rules/lists.test.ts` and `cost`. */
export const BESIDE_A_MILLION = `A practice with 2,000 referrals of its own, alone and beside 1,000,000 of others (2026-11-30), rows read: report of a month of 1,000 that is open 1,011 and 1,012; of one that is kept 12 and 12; a year's trend 1,078 and 1,079; a page of a rare state 1,506 and 1,506; partnerships 8 and 9. The first page of the directory read 17 and 35: two practices more were in it.`;
