/** What somebody looks for in the directory, as a query of the index `directory_search` (FTS5, see the migration). */

/** FTS5 joins as many lists of rows as there are words. */
const WORDS_MAX = 10;

export interface Wish {
  readonly q?: string | undefined;
  readonly city?: string | undefined;
  readonly jurisdiction?: string | undefined;
  readonly offer?: string | undefined;
  readonly service?: string | undefined;
  readonly assessment?: string | undefined;
  readonly profession?: string | undefined;
  readonly licensed_in?: string | undefined;
  /** One of them. */
  readonly language?: readonly string[] | undefined;
  readonly capacity?: string | undefined;
}

/** A token of the column `facets`: the view `directory_documents` writes them alike. */
const facet = (kind: string, value: string) => `f_${kind}_${value.toLowerCase().replaceAll('-', '_')}0`;

/** Every practice in the index has it, and none has the other. */
const ANY = 'facets : f_all0';
export const NOBODY = 'f_none0';

/** `US` covers `US-NE`. */
export const jurisdictionsOver = (jurisdiction: string): string[] =>
  jurisdiction.includes('-') ? [jurisdiction.slice(0, 2), jurisdiction] : [jurisdiction];

/**
 * Words in quotes, so that nothing in them is an operator of FTS5. What has no letter and no digit is no word there; one
 * with a mark in it (`work-life`) is a phrase.
 */
const quoted = (text: string) =>
  text
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, WORDS_MAX)
    .map((word) => `"${word.replaceAll('"', '')}"`);

const all = (terms: readonly string[]) => `(${terms.join(' AND ')})`;
const any = (terms: readonly string[]) => `(${terms.join(' OR ')})`;

/** @returns null where nothing can match: only marks were asked for */
export function toMatch(wish: Wish): string | null {
  const facets: string[] = [];
  const { q, city, jurisdiction, offer, service, assessment, profession, licensed_in, language, capacity } =
    wish;
  if (jurisdiction !== undefined) facets.push(facet('place', jurisdiction));
  if (offer !== undefined) facets.push(any([facet('service', offer), facet('assessment', offer)]));
  if (service !== undefined) facets.push(facet('service', service));
  if (assessment !== undefined) facets.push(facet('assessment', assessment));
  if (language !== undefined) facets.push(any(language.map((one) => facet('language', one))));
  if (capacity !== undefined) facets.push(facet('capacity', capacity));
  if (licensed_in !== undefined) {
    const by = profession === undefined ? '' : `_${profession}`;
    facets.push(any(jurisdictionsOver(licensed_in).map((place) => facet('licence', `${place}${by}`))));
  } else if (profession !== undefined) facets.push(facet('profession', profession));

  const terms = facets.length === 0 ? [ANY] : [`facets : ${all(facets)}`];
  if (q !== undefined) {
    const words = quoted(q);
    if (words.length === 0) return null;
    terms.push(`{name people offers description city} : ${all(words)}`);
  }
  if (city !== undefined) {
    const words = quoted(city);
    if (words.length === 0) return null;
    terms.push(`city : "${words.join(' ').replaceAll('"', '')}"`);
  }
  return all(terms);
}
