/** The shell that the pages share: plain, printable, no script, nothing from elsewhere. */
import type { Context } from 'hono';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';

const STYLE = `
:root { --ink: #0b0c0c; --quiet: #505a5f; --line: #b1b4b6; --accent: #1d70b8; --go: #00703c; --stop: #b52c1c; --focus: #fd0; --paper: #fff; --tint: #f3f2f1; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { background: var(--paper); color: var(--ink); font: 1.1875rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; margin: 0 auto; max-width: 42rem; overflow-wrap: anywhere; padding: 1rem; }
header { align-items: baseline; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; padding-bottom: .5rem; }
header p { color: var(--quiet); margin: 0; } h1 { font-size: 1.9rem; line-height: 1.15; margin: 1.5rem 0 1rem; } h2 { font-size: 1.35rem; line-height: 1.25; margin: 2rem 0 .5rem; }
p { margin: 0 0 1rem; } a { color: var(--accent); display: inline-block; min-height: 1.5rem; }
:focus-visible { background: var(--focus); box-shadow: 0 0 0 3px var(--focus), 0 4px 0 3px var(--ink); color: var(--ink); outline: 3px solid transparent; }
label, legend { font-weight: 600; } legend { font-size: 1.35rem; padding: 0; } fieldset { border: 0; margin: 2rem 0 0; padding: 0; }
.hint { display: block; color: var(--quiet); margin: .15rem 0 .5rem; } .option { align-items: flex-start; display: flex; gap: .75rem; margin: .75rem 0; } .option label { font-weight: 400; padding-top: .45rem; }
.option input { accent-color: var(--accent); flex: none; height: 2.75rem; margin: 0; width: 2.75rem; } .option small { color: var(--quiet); display: block; font-size: 1rem; }
input[type=text] { border: 2px solid var(--ink); border-radius: 0; font: inherit; height: 2.75rem; padding: .25rem .5rem; width: 100%; }
input[type=text]:focus { background: #fff; box-shadow: inset 0 0 0 2px var(--ink); outline: 3px solid var(--focus); }
textarea { border: 2px solid var(--ink); border-radius: 0; display: block; font: inherit; padding: .25rem .5rem; width: 100%; } textarea:focus { background: #fff; box-shadow: inset 0 0 0 2px var(--ink); outline: 3px solid var(--focus); }
.error { color: var(--stop); display: block; font-weight: 600; margin: .25rem 0 .5rem; }
details { margin: 0 0 1rem; } summary { color: var(--accent); cursor: pointer; font-weight: 600; min-height: 2.75rem; padding: .5rem 0; } details fieldset { margin-top: .5rem; } .prose { white-space: pre-line; } dd ul { margin: 0; padding-left: 1.2rem; }
button { background: var(--go); border: 2px solid transparent; border-bottom: 4px solid #002d18; color: #fff; cursor: pointer; font: inherit; font-weight: 600; min-height: 3rem; padding: .4rem 1.25rem; width: 100%; }
button.quiet { background: var(--tint); border-color: var(--line); border-bottom-width: 4px; color: var(--ink); } button.stop { background: var(--paper); border-color: var(--stop); border-bottom-width: 4px; color: var(--stop); } button:focus-visible { background: var(--focus); color: var(--ink); }
@media (min-width: 30rem) { button { width: auto; } }
.problem { border: 4px solid var(--stop); margin: 1.5rem 0; padding: 1rem; } .problem h2 { margin-top: 0; } .problem ul { margin: 0; padding-left: 1.2rem; } .problem a { color: var(--stop); font-weight: 600; }
.panel { background: var(--tint); border-left: 6px solid var(--accent); margin: 1.5rem 0; padding: 1rem; } .panel h2 { margin-top: 0; }
dl { margin: 0; } dl > div { border-bottom: 1px solid var(--line); padding: .5rem 0; } dt { font-weight: 600; } dd { margin: 0; } code { font-size: .85em; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid var(--line); font-size: 1rem; padding: .5rem .5rem .5rem 0; text-align: left; vertical-align: top; }
@media print { body { font-size: 10pt; max-width: none; padding: 0; } form, header a, .screen { display: none; } h1 { font-size: 16pt; margin: .5rem 0; } h2 { font-size: 12pt; margin: .75rem 0 .25rem; } p, dl > div { margin: 0 0 .25rem; padding: .15rem 0; } .panel { border: 1px solid #000; padding: .5rem; } }
`;

export interface ShellProps {
  readonly language: string;
  readonly title: string;
  /** The same page in the other language. */
  readonly otherLanguage: { readonly code: string; readonly name: string; readonly href: string };
  readonly nonce: string;
  /** Of this page alone. */
  readonly style?: string;
  readonly children?: Child;
}

const Shell = ({ language, title, otherLanguage, nonce, style = '', children }: ShellProps) => (
  <html lang={language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      <title>{title}</title>
      <style nonce={nonce}>{raw(STYLE + style)}</style>
    </head>
    <body>
      <header>
        <p>Referral Exchange</p>
        <a href={otherLanguage.href} hreflang={otherLanguage.code} lang={otherLanguage.code}>
          {otherLanguage.name}
        </a>
      </header>
      <main>{children}</main>
    </body>
  </html>
);

/** Never cached, indexed, framed, or told to anybody by a referrer. */
export function showPage(
  c: Context,
  status: 200 | 404 | 409 | 413 | 422 | 429,
  props: Omit<ShellProps, 'nonce'>,
): Response | Promise<Response> {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  c.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  );
  c.header('Cache-Control', 'no-store');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Robots-Tag', 'noindex, nofollow');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
  return c.html(`<!doctype html>${(<Shell {...props} nonce={nonce} />).toString()}`, status);
}
