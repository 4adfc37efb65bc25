/** The page on which a client decides about a referral to one practice, and afterwards reads and revokes the consent. */
import type { Hono } from 'hono';
import { type Category, isActive } from '../../consents/consents.schemas.ts';
import type { AppEnv } from '../../http/app-env.ts';
import { sha256Hex } from '../../platform/access/token.ts';
import { denyConsent, grantConsent, takeBackConsent } from '../../referrals/consenting/decide.ts';
import { requireSendable } from '../../referrals/gate.ts';
import { languageOf } from '../kit/language.ts';
import {
  type Door,
  type Make,
  mountDoor,
  receiptOf,
  showUnavailable,
  signatureOf,
  signedIn,
  signFaults,
} from './door.tsx';
import { endedBefore, showDecision, showEnded, showLocked, showName, showReceipt, textOf } from './show.tsx';
import type { Filled } from './views.tsx';
import { consentEnd, factsOf, toVisit, type Visit, visitPlan } from './visit.ts';
import { WORDS } from './words.ts';

const OPTIONAL: readonly Category[] = ['reason', 'background', 'notes', 'documents', 'intake'];

const isAsking = ({ told }: Visit) => told.progress.state === 'awaiting_consent';

const DOOR: Door<ReturnType<typeof visitPlan>, Visit, Filled> = {
  path: '/consent',
  plan: visitPlan,
  open: toVisit,
  referralOf: (visit) => visit,
  isAsking,
  endedBefore,
  filledIn: signedIn,
  showName,
  showLocked,
  showEnded,
  showQuestion: showDecision,
  showAnswered: showReceipt,
};

const grant: Make<Visit> = async (c, visitor, form, { database, vault: exchangeVault }) => {
  const { visit, now } = visitor;
  if (!isAsking(visit)) return null;
  const language = languageOf(c);
  const text = textOf(visit, language, now);
  const textHash = await sha256Hex(text);
  const filled = signedIn(form, visit);
  const faults = signFaults(form, filled, textHash, language);
  if (faults.length > 0) return showDecision(c, visitor, faults, filled);
  try {
    requireSendable(visit.gate, visit.told.client_jurisdiction, now, visit.told.sender_professional_id);
  } catch {
    const words = WORDS[language];
    return showUnavailable(c, words.title, words.unavailable(factsOf(visit, language, now)));
  }
  const chosen = OPTIONAL.filter((category) => filled.categories.includes(category));
  const vault = await exchangeVault.openReferralVault(visit.told.id, visit.record);
  return grantConsent(
    database.query,
    visit.referral,
    visit.told.id,
    visit.request,
    {
      ...signatureOf(filled, { language, text, textHash }),
      categories: ['identity', 'contact', ...chosen],
      purposes: visit.purposes,
      expiresAt: consentEnd(visit, now),
    },
    vault,
    now,
  );
};

const deny: Make<Visit> = async (_c, { visit, now }, _form, { database }) =>
  isAsking(visit) ? denyConsent(database.query, visit.referral, now) : null;

const revoke: Make<Visit> = async (_c, { visit, now }, _form, { database }) =>
  visit.consent && isActive(visit.consent, now)
    ? takeBackConsent(database.query, visit.referral, visit.told.id, now)
    : null;

export const mountConsentPage = (app: Hono<AppEnv>): void =>
  mountDoor(app, DOOR, { grant, deny, revoke, receiptFor: (c, { visit, now }) => receiptOf(c, visit, now) });
