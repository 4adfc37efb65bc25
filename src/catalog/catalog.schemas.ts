import * as v from 'valibot';
import { line, oneOf, setOf, slug, timeOut, toTime } from '../http/fields.ts';
import { CATALOG_KINDS, FURTHER_KINDS, QUALIFICATION_KINDS } from '../platform/db/schema.ts';
import type { TermRow } from './catalog.repository.ts';

/** A term of the catalog. @schema CatalogTermRequest */
export const CatalogTermInputSchema = v.pipe(
  v.strictObject({
    /** What it is a term for. */
    kind: oneOf(CATALOG_KINDS),
    /** The code, which never changes. */
    code: slug,
    /** What people read for it. */
    labels: v.strictObject({
      /** In English. */
      en: line(120),
      /** In Spanish. */
      es: line(120),
    }),
    /** Of a profession, and only there: the kind of credential without which nobody sends or receives in it. */
    requires: v.optional(oneOf(QUALIFICATION_KINDS)),
    /** Of a profession: what nobody sends or receives in it without, beside that. */
    also_requires: v.optional(setOf(oneOf(FURTHER_KINDS), FURTHER_KINDS.length)),
    /** `true`: no longer taken where it is new. */
    retired: v.optional(v.boolean('must be true or false'), false),
  }),
  v.forward(
    v.check(
      ({ kind, requires }) => (kind === 'profession') === (requires !== undefined),
      'is required for a profession, and for nothing else',
    ),
    ['requires'],
  ),
  v.forward(
    v.check(
      ({ kind, also_requires }) => kind === 'profession' || also_requires === undefined,
      'is for a profession, and for nothing else',
    ),
    ['also_requires'],
  ),
  v.forward(
    v.check(
      ({ kind, code }) => kind !== 'language' || /^[a-z]{2,3}$/.test(code),
      'must be a language without a country, such as `es`',
    ),
    ['code'],
  ),
);

/** A term of the catalog. @schema CatalogTerm */
export const CatalogTermSchema = v.object({
  /** What it is a term for. */
  kind: v.picklist(CATALOG_KINDS),
  /** The code. */
  code: v.string(),
  /** What people read for it. */
  labels: v.object({
    /** In English. */
    en: v.string(),
    /** In Spanish. */
    es: v.string(),
  }),
  /** Of a profession: without a verified one of this kind nobody sends or receives in it. */
  requires: v.nullable(v.picklist(QUALIFICATION_KINDS)),
  /** Of a profession: what it requires beside that, of each kind a verified one. */
  also_requires: v.array(v.picklist(FURTHER_KINDS)),
  /** No longer taken where it is new. */
  retired: v.boolean(),
  /** When it was last changed. */
  updated_at: timeOut,
});

export const presentTerm = (row: TermRow): v.InferOutput<typeof CatalogTermSchema> => ({
  kind: row.kind,
  code: row.code,
  labels: { en: row.label_en, es: row.label_es },
  requires: row.requires,
  also_requires: row.also_requires ?? [],
  retired: row.retired,
  updated_at: toTime(row.updated_at),
});

export const termExample = {
  kind: 'profession',
  code: 'career_counselor',
  labels: { en: 'Career counselor', es: 'Orientador profesional' },
  requires: 'licence',
  also_requires: ['insurance'],
  retired: false,
  updated_at: '2026-10-01T09:00:00.000Z',
};
