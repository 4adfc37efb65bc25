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

export const START_UP = `\`npx wrangler check startup\` on 2026-11-30: 715.5 KiB, 233.4 KiB gzip; 122 ms active at load 12 on two cores, of which one sample of 68 ms lies in a function that only makes an object (the process was not running), and 9 ms were garbage collection. Without that sample 54 ms at six times as many programs as cores. To be measured again on an idle machine.`;
