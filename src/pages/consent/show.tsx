/** Which page a visitor sees, filled with what stands behind the link. */
import type { Child } from 'hono/jsx';
import { type Category, isActive } from '../../consents/consents.schemas.ts';
import { vaultOf } from '../../http/mount.ts';
import { sha256Hex } from '../../platform/access/token.ts';
import type { Client } from '../../referrals/client.schemas.ts';
import { type Language, languageOf, writeTime, writeWait } from '../kit/language.ts';
import { type Page, type PageStatus, show as showPage } from '../kit/page.tsx';
import { type Fault, PlainPage } from '../kit/parts.tsx';
import { DecisionPage, NamePage, ReceiptPage } from './views.tsx';
import { factsOf, type Visit } from './visit.ts';
import { baseOf, formTokenOf, type Visitor } from './visitor.ts';
import { WORDS } from './words.ts';

export const show = (c: Page, status: PageStatus, title: string, children: Child) =>
  showPage(c, baseOf(c), status, title, children);

/** The one answer to every link that leads nowhere, whatever is wrong with it. */
export function showInvalid(c: Page) {
  const words = WORDS[languageOf(c)];
  return show(c, 404, words.invalidTitle, <PlainPage heading={words.invalidTitle} text={words.invalid} />);
}

/** @param until when they may try again */
export function showLocked(c: Page, { visit, now }: Visitor, until: number) {
  const language = languageOf(c);
  const words = WORDS[language];
  const facts = factsOf(visit, language, now);
  c.header('Retry-After', String(Math.ceil((until - now) / 1000)));
  return show(
    c,
    409,
    words.lockedTitle,
    <>
      <h1>{words.lockedTitle}</h1>
      <p>{words.locked(writeWait(until - now, language), writeTime(until, language))}</p>
      <p>{words.lockedAsk(facts)}</p>
      {visit.consent ? <p>{words.lockedRevoke(facts)}</p> : null}
    </>,
  );
}

export async function showName(c: Page, visitor: Visitor, triesLeft: number | null) {
  const { visit, now } = visitor;
  const language = languageOf(c);
  const words = WORDS[language];
  const formToken = await formTokenOf(c, { ...visitor, session: '' });
  const isDecided = visit.told.progress.state !== 'awaiting_consent';
  return show(
    c,
    triesLeft === null ? 200 : 422,
    isDecided ? words.receiptHeading : words.title,
    <NamePage
      language={language}
      base={baseOf(c)}
      formToken={formToken}
      facts={factsOf(visit, language, now)}
      isDecided={isDecided}
      triesLeft={triesLeft}
    />,
  );
}

export async function openClient(
  c: Page,
  { told, record }: Visit,
  categories: readonly string[],
): Promise<Partial<Client>> {
  const vault = await vaultOf(c.env).openReferralVault(told.id, record);
  const client: Record<string, unknown> = {};
  for (const category of categories as Category[]) {
    const sealed = record[category];
    if (sealed) client[category] = await vault.open(`client_records.${category}`, sealed);
  }
  return client;
}

export const textOf = (visit: Visit, language: Language, now: number) =>
  WORDS[language].text(factsOf(visit, language, now)).join('\n');

export async function showDecision(
  c: Page,
  visitor: Visitor,
  faults: readonly Fault[] = [],
  filled = { categories: [] as string[], feedback: '', signature: '', authority: '' },
) {
  const { visit, now } = visitor;
  const language = languageOf(c);
  return show(
    c,
    faults.length > 0 ? 422 : 200,
    WORDS[language].title,
    <DecisionPage
      language={language}
      base={baseOf(c)}
      formToken={await formTokenOf(c, visitor)}
      facts={factsOf(visit, language, now)}
      textHash={await sha256Hex(textOf(visit, language, now))}
      asked={visit.request.categories as Category[]}
      client={await openClient(c, visit, visit.request.categories)}
      faults={faults}
      filled={filled}
    />,
  );
}

export async function openSigned(
  c: Page,
  { told, record, consent }: Visit,
): Promise<{ signedBy: string; text: string[] }> {
  if (!consent) return { signedBy: '', text: [] };
  const vault = await vaultOf(c.env).openReferralVault(told.id, record);
  const signature = await vault.open<{ signed_by: string }>(
    'consents.sealed_signature',
    consent.sealed_signature,
    consent.id,
  );
  const text = consent.sealed_text
    ? await vault.open<string>('consents.sealed_text', consent.sealed_text, consent.id)
    : '';
  return { signedBy: signature.signed_by, text: text.split('\n').filter(Boolean) };
}

export async function showReceipt(c: Page, visitor: Visitor) {
  const { visit, now } = visitor;
  const language = languageOf(c);
  const words = WORDS[language];
  const { consent } = visit;
  const facts = factsOf(visit, language, now);
  if (!consent) {
    const denied = visit.told.progress.state === 'consent_denied';
    const heading = denied ? words.state.denied : words.state.ended;
    return show(
      c,
      200,
      heading,
      <PlainPage heading={heading} text={denied ? words.deniedText(facts) : words.disclosuresNone} />,
    );
  }
  const active = isActive(consent, now);
  const heading =
    consent.revoked_at !== null ? words.state.revoked : active ? words.state.active : words.state.expired;
  const { signedBy, text } = await openSigned(c, visit);
  return show(
    c,
    200,
    heading,
    <ReceiptPage
      language={language}
      base={baseOf(c)}
      formToken={await formTokenOf(c, visitor)}
      facts={facts}
      heading={heading}
      canRevoke={active}
      receipt={{
        id: consent.id,
        grantedAt: consent.granted_at,
        expiresAt: consent.expires_at,
        categories: consent.categories as Category[],
        purposes: visit.purposes,
        feedback: consent.directions.includes('feedback'),
        signedBy,
        textHash: consent.text_hash,
        text,
      }}
      disclosures={visit.disclosures}
      disclosuresUntil={visit.disclosuresUntil}
    />,
  );
}
