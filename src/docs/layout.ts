/** The shell of the documentation pages: no script, nothing from elsewhere. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --quiet: #66708a; --accent: #1d5fbf; }
@media (prefers-color-scheme: dark) { :root { --quiet: #a2abc0; --accent: #8ab6ff; } }
* { box-sizing: border-box; }
body { background: Canvas; color: CanvasText; font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1.5rem; }
a { color: var(--accent); }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; } h2 { margin: 2.5rem 0 .5rem; } h3 { margin: 2rem 0 .25rem; }
code, pre { font: .86rem/1.5 ui-monospace, monospace; } code { overflow-wrap: anywhere; }
pre { border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; padding: .75rem; }
details { margin: .4rem 0; } summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
nav ul { columns: 18rem auto; padding-left: 1.1rem; } article { border-top: 1px solid var(--line); padding-bottom: .75rem; }
.quiet { color: var(--quiet); } .method { font-weight: 700; }
`;

export function layout(title: string, content: HtmlEscapedString | Promise<HtmlEscapedString>) {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Referral Exchange</title><style>${raw(STYLE)}</style></head>
<body><main>${content}</main></body>
</html>
`;
}
