/** What the sender wants the client to be asked, with what it left open filled in. */

import { CATEGORIES, CONSENT_DAYS_DEFAULT, type SingleOptionReason } from './consents.schemas.ts';
import type { AskedConsent } from './link.ts';

interface Wish {
  readonly categories?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
  readonly valid_days?: number | undefined;
  readonly disclose_on_send?: boolean | undefined;
  readonly part2?: boolean | undefined;
  readonly single_option_reason?: SingleOptionReason | null | undefined;
}

/** `held` has a member for each category that the sender gave; only these can be asked for. */
export function toAsked(
  wish: Wish,
  held: Readonly<Record<string, unknown>>,
  { disclose }: { readonly disclose: string },
  service: string,
): AskedConsent {
  const given = CATEGORIES.filter((category) => held[category] !== undefined && held[category] !== null);
  return {
    categories: given.filter(
      (category) => wish.categories === undefined || wish.categories.includes(category),
    ),
    purposes: wish.purposes ?? [service.replaceAll('_', ' ')],
    valid_days: wish.valid_days ?? CONSENT_DAYS_DEFAULT,
    disclose_on_send: disclose === 'on_send' || (wish.disclose_on_send ?? false),
    part2: wish.part2 ?? false,
    single_option_reason: wish.single_option_reason ?? null,
  };
}
