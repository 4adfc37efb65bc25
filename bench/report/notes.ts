/** What was measured by hand, with when and beside what. */

export const PROFILE = `A CPU profile of the Worker's isolate over 600 sends, one after the other, with a webhook each (2026-11-30, load 5 on two cores, so the shares count and the milliseconds do not), of what it was busy with, before decision [041](decisions/041-prepared-statements.md):

| share | with what | the floor |
|--:|---|---|
| 17 % | D1's client: values into JSON, the call, rows out of it | has it too |
| 17 % | Drizzle building the SQL of 27 statements, the request's and its delivery's | sends ready texts |
| 13 % | the runtime itself | has it too |
| 7 % | hashes of keys and requests, most of it their hexadecimal | has none |
| 4 % | handing deliveries on | has it too |
| 3 % | Valibot | has none |
| 2 % | Hono's routing | next to nothing |
| 2 % | making ids | makes a few |
| 2 % | the vault | seals nothing |
| 33 % | the rest: reading input, deciding, rendering, logging; no single function has more than 3 % of the whole | next to nothing |

The texts are made once in an isolate since, the hexadecimal is looked up, and a known key's checksum is not reckoned again.`;

export const START_UP = `\`npx wrangler check startup\` on 2026-11-30 at load 2 on two cores, nine times: 922 KiB, 299 KiB gzip; 52 to 63 ms active, 56 in the middle, of which 3 to 8 ms were garbage collection. The goal of 50 ms is missed: at start every schema and every table of the whole API is made. With 830 KiB, before choice, prepared referrals, HSDS and the credentials of two more kinds, it was 40 to 57 ms.`;

/** Measured once, with rows copied into the local D1; what must hold of it is in `tests/rules/lists.test.ts` and `cost`. */
export const BESIDE_A_MILLION = `A practice with 2,000 referrals of its own, alone and beside 1,000,000 of others (2026-11-30), rows read: report of a month of 1,000 that is open 1,011 and 1,012; of one that is kept 12 and 12; a year's trend 1,078 and 1,079; a page of a rare state 1,506 and 1,506; partnerships 8 and 9. The first page of the directory read 17 and 35: two practices more were in it.`;
