/** What people read for the codes of a referral: the labels of the catalog, as the operator wrote them. */
import { capitalized, type Language, spoken } from '../platform/labels.ts';

/** Of a referral’s service or reason. */
export interface Label {
  readonly kind: 'service' | 'reason';
  readonly label_en: string;
  readonly label_es: string;
}

/** With the language in which it is said: a code that the catalog never had is said in English. */
export function labelOf(
  labels: readonly Label[],
  kind: Label['kind'],
  code: string,
  language: Language,
): { text: string; lang: Language } {
  const found = labels.find((one) => one.kind === kind);
  return found
    ? { text: found[`label_${language}`], lang: language }
    : { text: capitalized(spoken(code)), lang: 'en' };
}

/** Where the sender wrote no purpose, it is the service in words: that has a name in each language. */
export const sayPurposes = (
  purposes: readonly string[],
  labels: readonly Label[],
  service: string,
  language: Language,
): string[] =>
  purposes.map((purpose) =>
    purpose === spoken(service) ? labelOf(labels, 'service', service, language).text : purpose,
  );
