/** Which page a visitor sees, filled with what stands behind the link. */
import type { Child } from 'hono/jsx';
import { type Category, isActive } from '../../consents/consents.schemas.ts';
import { readSettings } from '../../env.ts';
import { vaultOf } from '../../http/mount.ts';
import { sha256Hex } from '../../platform/access/token.ts';
import { writeTime } from '../../platform/labels.ts';
import type { ShownClient } from '../../referrals/client.schemas.ts';
import { isFinal } from '../../referrals/lifecycle.ts';
import { type Language, languageOf, writeWait } from '../kit/language.ts';
import { type Page, type PageStatus, show as showPage } from '../kit/page.tsx';
import { type Fault, Mail, PlainPage } from '../kit/parts.tsx';
import { Contacts, Crisis, partiesOf } from './around.tsx';
import { ReceiptPage } from './receipt-view.tsx';
import { DECISION_FORM, DecisionPage, type Filled, NamePage, statementsOf } from './views.tsx';
import { factsOf, type Visit } from './visit.ts';
import { baseOf, formTokenOf, type Visitor } from './visitor.ts';
import { WORDS } from './words.ts';
import type { ConsentFacts, Party } from './words.types.ts';

/** With what stands around each page of a client. */
export function show(c: Page, status: PageStatus, title: string, children: Child, form?: string) {
  const language = languageOf(c);
  const words = WORDS[language];
  const { operator, crisisLine } = readSettings(c.env);
  const footer = (
    <p>
      {words.runBy(operator)} <Mail address={operator.email} />
      <br />
      <a href={`/roles?lang=${language}`}>{words.roles}</a>
    </p>
  );
  const notice = crisisLine === '' ? undefined : <Crisis language={language} line={crisisLine} />;
  return showPage(c, baseOf(c), status, title, children, { footer, notice, form });
}

/** The one answer to every link that leads nowhere, whatever is wrong with it. */
export function showInvalid(c: Page) {
  const words = WORDS[languageOf(c)];
  return show(c, 404, words.invalidTitle, <PlainPage heading={words.invalidTitle} text={words.invalid} />);
}

/** @param until when they may try again @param whom they can ask; null: both practices */
export function showLocked(
  c: Page,
  { visit, now }: Pick<Visitor, 'visit' | 'now'>,
  until: number,
  whom: readonly Party[] | null = null,
) {
  const language = languageOf(c);
  const words = WORDS[language];
  const facts = factsOf(visit, language, now);
  const time = writeTime(until, language, visit.sender.time_zone);
  c.header('Retry-After', String(Math.ceil((until - now) / 1000)));
  return show(
    c,
    409,
    words.lockedTitle,
    <>
      <h1>{words.lockedTitle}</h1>
      <p>{words.locked(writeWait(until - now, language), time)}</p>
      <p>{words.lockedAsk(facts)}</p>
      {visit.consent ? <p>{words.lockedRevoke(facts)}</p> : null}
      <Contacts language={language} parties={whom ?? partiesOf(facts)} />
    </>,
  );
}

/** @param triesLeft null while none was used up */
export async function showName(c: Page, visitor: Visitor, triesLeft: number | null, isWrong: boolean) {
  const { visit, now } = visitor;
  const language = languageOf(c);
  const words = WORDS[language];
  const formToken = await formTokenOf(c, { ...visitor, session: '' });
  const isDecided = visit.told.progress.state !== 'awaiting_consent';
  const facts = factsOf(visit, language, now);
  const title = isDecided ? words.receiptHeading : words.title;
  return show(
    c,
    isWrong ? 422 : 200,
    title,
    <NamePage
      language={language}
      base={baseOf(c)}
      formToken={formToken}
      title={title}
      intro={isDecided ? words.introDecided(facts) : words.intro(facts)}
      parties={partiesOf(facts)}
      isWrong={isWrong}
      triesLeft={triesLeft}
    />,
  );
}

/** What became of it, as the sender was told, in the words of the client's page. */
function nextOf({ told, sender }: Visit, facts: ConsentFacts, language: Language): string[] {
  const { state, respond_by, accepted_at } = told.progress;
  const at = state === 'sent' ? respond_by : accepted_at;
  const time = at === null ? null : writeTime(at, language, sender.time_zone);
  return WORDS[language].next(facts, { state, time });
}

function showEnd(c: Page, { visit, now }: Visitor, heading: string, sentences: readonly string[]) {
  const language = languageOf(c);
  return show(
    c,
    200,
    heading,
    <>
      <h1>{heading}</h1>
      {sentences.map((sentence) => (
        <p>{sentence}</p>
      ))}
      <Contacts language={language} parties={partiesOf(factsOf(visit, language, now))} />
    </>,
  );
}

/** It ended before the client was asked for anything: that says nothing about them, so it is said at once. */
export const endedBefore = ({ visit: { consent, told } }: Visitor) =>
  !consent && isFinal(told.progress.state) && told.progress.state !== 'consent_denied';

export function showEnded(c: Page, visitor: Visitor) {
  const language = languageOf(c);
  const words = WORDS[language];
  const next = nextOf(visitor.visit, factsOf(visitor.visit, language, visitor.now), language);
  return showEnd(c, visitor, words.state.ended, [...next, words.disclosuresNone]);
}

export async function openClient(
  c: Page,
  { told, record }: Visit,
  categories: readonly string[],
): Promise<ShownClient> {
  const vault = await vaultOf(c.env).openReferralVault(told.id, record);
  const client: Record<string, unknown> = {};
  for (const category of categories as Category[]) {
    const sealed = record[category];
    if (sealed) client[category] = await vault.open(`client_records.${category}`, sealed);
  }
  return client;
}

/** Exactly what is hashed and kept. */
export function textOf(visit: Visit, language: Language, now: number): string {
  const words = WORDS[language];
  const facts = factsOf(visit, language, now);
  const terms = words.terms(facts).map(([term, value]) => `${term}: ${value}`);
  return [...terms, ...statementsOf(facts, language)].join('\n');
}

export const NOTHING_FILLED: Filled = { categories: [], feedback: '', signature: '', authority: '' };

export async function showDecision(
  c: Page,
  visitor: Visitor,
  faults: readonly Fault[] = [],
  filled = NOTHING_FILLED,
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
    DECISION_FORM,
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
    return visit.told.progress.state === 'consent_denied'
      ? showEnd(c, visitor, words.state.denied, words.deniedText(facts))
      : showEnded(c, visitor);
  }
  const active = isActive(consent, now);
  const isRevoked = consent.revoked_at !== null;
  const next = isRevoked ? [] : nextOf(visit, facts, language);
  const state = isRevoked
    ? 'revoked'
    : isFinal(visit.told.progress.state) && next.length > 0
      ? 'ended'
      : active
        ? 'active'
        : 'expired';
  const heading = words.state[state];
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
      timeZone={visit.sender.time_zone}
      heading={heading}
      next={active || state === 'ended' ? next : []}
      canRevoke={active}
      receipt={{
        id: consent.id,
        grantedAt: consent.granted_at,
        expiresAt: consent.expires_at,
        revokedAt: consent.revoked_at,
        categories: consent.categories as Category[],
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
