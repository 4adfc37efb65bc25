/** The receipt for machines, after Kantara Consent Receipt 1.1 and ISO/IEC TS 27560. */
import type { ConsentRow } from '../../consents/consents.repository.ts';
import type { ConsentFacts, Party } from './words.types.ts';

const SPECIAL_CATEGORIES = ['reason', 'background', 'notes', 'documents', 'intake'];

const contactOf = ({ place, phone, email }: Party) => [place, phone, email].filter(Boolean).join(', ');

export function toReceipt(
  consent: ConsentRow,
  facts: ConsentFacts,
  address: string,
  jurisdiction: string,
  { signedBy, text }: { readonly signedBy: string; readonly text: readonly string[] },
) {
  return {
    version: 'KI-CR-v1.1.0',
    jurisdiction,
    consentTimestamp: Math.floor(consent.granted_at / 1000),
    collectionMethod: consent.method === 'hosted' ? 'hosted page: name typed, box ticked' : consent.method,
    consentReceiptID: consent.id,
    language: consent.language,
    piiPrincipalId: signedBy,
    piiControllers: [
      { piiController: facts.sender, onBehalf: false, contact: contactOf(facts.parties.sender) },
      { piiController: facts.receiver, onBehalf: false, contact: contactOf(facts.parties.receiver) },
    ],
    policyUrl: address,
    services: [
      {
        service: 'Referral',
        purposes: facts.purposes.map((purpose) => ({
          purpose,
          consentType: 'EXPLICIT',
          piiCategory: consent.categories,
          primaryPurpose: true,
          termination: new Date(consent.revoked_at ?? consent.expires_at).toISOString(),
          thirdPartyDisclosure: true,
          thirdPartyName: facts.receiver,
        })),
      },
    ],
    sensitive: consent.categories.some((category) => SPECIAL_CATEGORIES.includes(category)),
    spiCat: consent.categories.filter((category) => SPECIAL_CATEGORIES.includes(category)),
    directions: consent.directions,
    revokedAt: consent.revoked_at === null ? null : new Date(consent.revoked_at).toISOString(),
    withdrawalAddress: address,
    noticeVersion: consent.notice_version,
    exchange: {
      name: facts.operator.name,
      contact: [facts.operator.address, facts.operator.email].filter(Boolean).join(', '),
    },
    textSha256: consent.text_hash,
    text,
  };
}
