/** The shell that the pages share: plain, printable, no script, nothing from elsewhere. */
import type { Context, Hono } from 'hono';
import type { Child } from 'hono/jsx';
import type { AppEnv } from '../../http/app-env.ts';
import { showAsset } from '../../http/assets.ts';

/** Asked for while the page is still on its way; kept by the browser, as it is the same for everybody. */
const STYLE_PATH = '/pages.css';
const STYLES = ['pages.css', 'report.css'] as const;
/** What a page has beside the style of all. */
export type OwnStyle = Exclude<(typeof STYLES)[number], 'pages.css'>;

export function mountStyles(app: Hono<AppEnv>): void {
  for (const name of STYLES)
    app.get(`/${name}`, (c) =>
      showAsset(c, name, {
        'Cache-Control': 'public, max-age=300, stale-while-revalidate=86400',
        'Content-Type': 'text/css; charset=utf-8',
      }),
    );
}

export interface ShellProps {
  readonly language: string;
  readonly title: string;
  /** The same page in the other language. */
  readonly otherLanguage: {
    readonly code: string;
    readonly name: string;
    readonly href: string;
    /** The id of a form that is sent there, so that what was typed into it is kept. */
    readonly form?: string | undefined;
  };
  readonly children?: Child;
  readonly notice?: Child;
  readonly footer?: Child;
  readonly style?: OwnStyle | undefined;
}

const LanguageSwitch = ({ code, name, href, form }: ShellProps['otherLanguage']) =>
  form === undefined ? (
    <a href={href} hreflang={code} lang={code}>
      {name}
    </a>
  ) : (
    <>
      {/* Enter in a field presses the first button of its form: that is to be the form's own. */}
      <span aria-hidden="true">
        <button type="submit" form={form} class="default" tabindex={-1} />
      </span>
      <button type="submit" form={form} formaction={href} class="link" lang={code}>
        {name}
      </button>
    </>
  );

const Shell = ({ language, title, otherLanguage, children, notice, footer, style }: ShellProps) => (
  <html lang={language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      <title>{title}</title>
      <link rel="stylesheet" href={STYLE_PATH} />
      {style && <link rel="stylesheet" href={`/${style}`} />}
    </head>
    <body>
      <header>
        <p>Referral Exchange</p>
        <LanguageSwitch {...otherLanguage} />
      </header>
      {notice ? <aside>{notice}</aside> : null}
      <main>{children}</main>
      {footer ? <footer>{footer}</footer> : null}
    </body>
  </html>
);

/** Never cached, indexed, framed, or told to anybody by a referrer. */
export function showPage(
  c: Context,
  status: 200 | 404 | 409 | 413 | 422 | 429,
  props: ShellProps,
): Response | Promise<Response> {
  c.header(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  c.header('Link', `<${STYLE_PATH}>; rel=preload; as=style`);
  c.header('Cache-Control', 'no-store');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Robots-Tag', 'noindex, nofollow');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
  return c.html(`<!doctype html>${(<Shell {...props} />).toString()}`, status);
}
