/** What the page of a report has beside the shell: charts, wide tables, a dark screen, a printed sheet. */
export const STYLE = `
:root { color-scheme: light dark; --given: #1d70b8; --received: #a85400; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #f3f2f1; --quiet: #b5bdc2; --line: #525b61; --accent: #7fbcf5; --paper: #101214; --tint: #1d2226; --given: #6cb2f0; --received: #f0a050; } :focus-visible { color: #0b0c0c; } }
@media (min-width: 60rem) { body { max-width: 58rem; } .pair { display: grid; gap: 0 2.5rem; grid-template-columns: 1fr 1fr; } }
h2 { text-wrap: balance; } h3 { font-size: 1.1rem; margin: 1.25rem 0 .25rem; } .note { color: var(--quiet); font-size: 1rem; }
.sums { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); margin: 1rem 0; } .sums > div { border: 0; border-top: 4px solid var(--line); } .sums dd b { display: block; font-size: 2.2rem; line-height: 1.1; } .sums .given { border-color: var(--given); } .sums .received { border-color: var(--received); } .sums small { color: var(--quiet); font-size: 1rem; }
thead th + th { width: 30%; } tbody th { font-weight: 400; } .steps th + th { width: 62%; } .plain th + th { width: 25%; } tr { break-inside: avoid; } table { table-layout: fixed; margin: 0 0 1rem; } .left { text-align: right; padding-right: .75rem; }
.bar { display: block; height: .7rem; margin-top: .2rem; width: 100%; } .rail { fill: var(--tint); } rect.given { fill: var(--given); } rect.received { fill: var(--received); }
.lines { display: grid; gap: .25rem .5rem; grid-template: 10rem auto / auto 1fr; margin: .75rem 0; } .lines svg { height: 100%; overflow: visible; width: 100%; } .scale { color: var(--quiet); display: flex; flex-direction: column; font-size: .85rem; justify-content: space-between; line-height: 1; margin: -.4rem 0; text-align: right; }
.months { color: var(--quiet); display: flex; font-size: .7rem; grid-column: 2; } .months span { flex: 1; overflow: hidden; text-align: center; white-space: nowrap; }
.grid, polyline { fill: none; stroke: var(--line); vector-effect: non-scaling-stroke; } polyline { stroke-linejoin: round; stroke-width: 3px; } polyline.given { stroke: var(--given); } polyline.received { stroke: var(--received); stroke-dasharray: 7 4; }
.key { display: inline-block; border-top: 4px solid var(--given); margin-right: .4rem; vertical-align: middle; width: 1.6rem; } .key.received { border-top: 4px dashed var(--received); }
@media print { @page { margin: 14mm; } .sums dd b { font-size: 16pt; } th, td, .note, .sums small { font-size: 9pt; padding-bottom: .15rem; padding-top: .15rem; } section { break-inside: avoid; } .long { break-inside: auto; } .lines { grid-template-rows: 6rem auto; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
