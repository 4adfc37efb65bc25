/**
 * What each side of a partnership gives its word for: that it is not exclusive, and that nothing of value is given for a
 * referral. Once, and again whenever the partnership is looked at anew.
 */
import type { Attestation } from '../platform/db/schema.ts';

/** Another text gets another version; those that were given keep theirs. */
export const ATTESTATION_VERSION = '2026-12';

export const ATTESTATION_TEXTS = {
  en: 'We refer clients to each other where that serves them. This is not exclusive: each of us refers to others, too, and every client may choose somebody else. Nothing of value is given, received or promised for a referral: no money, no share of a fee, no gift and no other advantage. We look at this agreement anew on the day that is set for it.',
  es: 'Nos referimos clientes cuando eso les sirve. Esto no es exclusivo: cada parte también refiere a otras personas, y cada cliente puede elegir a alguien más. No se da, recibe ni promete nada de valor por un referido: ni dinero, ni parte de honorarios, ni regalos, ni ninguna otra ventaja. Revisamos este acuerdo el día fijado para ello.',
} as const;

/** @param today where the practice is that asks */
export const isRenewalDue = ({ renew_on }: Attestation, today: string): boolean => renew_on <= today;

/** With another day for the next look it holds until then, unless it ran out before. */
export const heldUntil = (
  attestation: Attestation | null,
  reviewOn: string,
  today: string,
): Attestation | null =>
  attestation === null || isRenewalDue(attestation, today)
    ? attestation
    : { ...attestation, renew_on: reviewOn };
