/** Codes are taken from the catalog: another one is refused, with those that may have been meant. */
import type { Database } from '../platform/db/database.ts';
import { many } from '../platform/db/plan.ts';
import { didYouMean } from '../platform/nearest.ts';
import { invalidInput, type Problem } from '../platform/problem.ts';
import { type CatalogKind, selectCodes, selectUnknown, type WantedCode } from './catalog.repository.ts';

type Codes = string | readonly string[] | undefined;

/** A language is in the catalog without its country: `es-MX` is `es`. */
const toCode = (kind: CatalogKind, text: string) => (kind === 'language' ? (text.split('-')[0] ?? '') : text);

/** What a query looks for, by its parameters; a service may be an assessment where both are meant. */
export const soughtCodes = (
  parameters: Readonly<Record<string, readonly [CatalogKind, Codes, CatalogKind?]>>,
): WantedCode[] =>
  Object.entries(parameters).flatMap(([name, [kind, codes, otherKind]]) =>
    [codes ?? []].flat().map((code, index) => ({
      pointer: typeof codes === 'string' ? name : `${name}/${index}`,
      kind,
      otherKind,
      code: toCode(kind, code),
    })),
  );

/** What a body asks for, by its members. */
export const wantedCodes = (members: Readonly<Record<string, readonly [CatalogKind, Codes]>>): WantedCode[] =>
  Object.entries(members).flatMap(([member, [kind, codes]]) =>
    typeof codes === 'string'
      ? [{ pointer: `/${member}`, kind, code: toCode(kind, codes) }]
      : (codes ?? []).map((code, index) => ({
          pointer: `/${member}/${index}`,
          kind,
          code: toCode(kind, code),
        })),
  );

/** Those that the catalog does not have; nothing is read where nothing is asked for. @param withRetired as in `selectUnknown` */
export const unknownPlan = (database: Database, wanted: readonly WantedCode[], withRetired = false) =>
  wanted.length === 0 ? undefined : many(selectUnknown(database.query, wanted, withRetired));

/**
 * What is wrong with them; null where nothing is.
 * @param unknown what `unknownPlan` found
 * @param had what the thing has already: a code that was taken out of the catalog since may stay there
 */
export async function refuseUnknown(
  database: Database,
  unknown: readonly WantedCode[] | undefined,
  had: readonly string[] = [],
): Promise<Problem | null> {
  const refused = (unknown ?? []).filter(({ code }) => !had.includes(code));
  if (refused.length === 0) return null;
  const kinds = [...new Set(refused.flatMap(({ kind, otherKind }) => [kind, otherKind ?? kind]))];
  const { codes } = await database.read({ codes: many(selectCodes(database.query, kinds)) });
  return invalidInput(
    refused.map(({ pointer, kind, otherKind, code }) => {
      const hint = didYouMean(
        code,
        codes.filter((one) => one.kind === kind || one.kind === otherKind).map((one) => one.code),
      );
      return { pointer, detail: `is no ${kind} of the catalog (GET /v1/catalog?kind=${kind})${hint}` };
    }),
  );
}

/** As `refuseUnknown`. @throws Problem 422 */
export async function requireKnown(...args: Parameters<typeof refuseUnknown>): Promise<void> {
  const problem = await refuseUnknown(...args);
  if (problem) throw problem;
}
