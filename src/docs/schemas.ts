/** From the schemas of the code to those of the document, in which what many of them have stands once. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { CATEGORIES, DIRECTIONS } from '../consents/consents.schemas.ts';
import { HTTPS_PATTERN, LINE_PATTERN, PROSE_PATTERN } from '../http/characters.ts';
import { line, oneOf, prose } from '../http/fields.ts';
import type { AnySchema } from '../http/operation.ts';
import { EVENT_TYPE_NAMES } from '../ledger/event-types.ts';
import { PRACTICE_SCOPES } from '../platform/access/scopes.ts';
import { CAPACITIES, DELIVERY_STATES } from '../platform/db/schema.ts';
import { REFERRAL_STATES } from '../platform/db/states.ts';
import { MOVES } from '../referrals/lifecycle.ts';
import {
  CONTACT_KINDS,
  DECLINE_REASONS,
  NOT_ENGAGED_REASONS,
  REASONS,
  URGENCIES,
} from '../referrals/referrals.schemas.ts';
import { PROFESSION_NAMES } from '../verification/professions.ts';
import { EVERYTHING } from '../webhooks/formats/format.ts';
import { FORMAT_NAMES, FORMATS, FormatSettingsSchema } from '../webhooks/formats/formats.ts';
import { MappedSchema } from '../webhooks/formats/sources.ts';
import { ATTEMPT_ERRORS } from '../webhooks/posting/schedule.ts';
import type { Json } from './answers.ts';
import { requestSchemas, responseSchemas } from './components.ts';

type TypeMode = 'input' | 'output';

const COMPONENTS = '#/components/schemas/';

/** Values that stand in more than one schema. */
const ENUMS: Record<string, readonly string[]> = {
  AttemptError: ATTEMPT_ERRORS,
  Capacity: CAPACITIES,
  Category: CATEGORIES,
  ContactKind: CONTACT_KINDS,
  DeclineReason: DECLINE_REASONS,
  DeliveryState: DELIVERY_STATES,
  Direction: DIRECTIONS,
  DisclosedCategory: EVERYTHING,
  EventType: EVENT_TYPE_NAMES,
  KeyScope: PRACTICE_SCOPES,
  NotEngagedReason: NOT_ENGAGED_REASONS,
  Profession: PROFESSION_NAMES,
  ReferralMove: MOVES,
  ReferralReason: REASONS,
  ReferralState: REFERRAL_STATES,
  Urgency: URGENCIES,
  WebhookFormat: FORMAT_NAMES,
};
const ENUM_NAMES = new Map(Object.entries(ENUMS).map(([name, values]) => [values.join(), name]));

const TEXTS: Record<string, (lengthMax: number) => AnySchema> = { Line: line, Prose: prose };
const TEXT_NAMES: Record<string, string> = { [LINE_PATTERN]: 'Line', [PROSE_PATTERN]: 'Prose' };

/** Its name in the document; null for a schema that stands where it is used. A default stays there in any case. */
function sharedNameOf({ type, pattern, format, maxLength, enum: values }: Json): string | null {
  if (Array.isArray(values)) return ENUM_NAMES.get(values.join()) ?? null;
  if (type !== 'string' || format !== undefined) return null;
  const text = TEXT_NAMES[String(pattern)];
  return text === undefined ? null : `${text}${maxLength}`;
}

/** What is answered may have been stored before there were rules for texts. */
function withoutTextRules(schema: Json): Json {
  if (![LINE_PATTERN, PROSE_PATTERN, HTTPS_PATTERN].includes(String(schema.pattern))) return schema;
  const {
    pattern: _pattern,
    minLength: _min,
    maxLength: _max,
    description: _description,
    ...others
  } = schema;
  return others;
}

const mapValues = (schemas: Json, change: (schema: Json) => Json) =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, change(schema as Json)]));

/** `type: [string, "null"]` in place of two alternatives, where all else that is said is said of the one. */
function withNull(schema: Json): Json {
  const { anyOf: alternatives, ...others } = schema as { readonly anyOf?: readonly Json[] };
  const [one, none] = alternatives ?? [];
  if (alternatives?.length !== 2 || none?.type !== 'null') return schema;
  return typeof one?.type === 'string' && !('enum' in one)
    ? { ...one, ...others, type: [one.type, 'null'] }
    : schema;
}

/** Puts references in the place of the parts that have a name. */
function share(schema: Json, typeMode: TypeMode): Json {
  const inner = (one: Json) => share(one, typeMode);
  const bare = typeMode === 'output' ? withoutTextRules(schema) : schema;
  const name = sharedNameOf(bare);
  if (name !== null)
    return { $ref: COMPONENTS + name, ...('default' in bare ? { default: bare.default } : {}) };
  const parts = Object.entries(bare).map(([key, value]) => {
    if (['anyOf', 'oneOf', 'allOf'].includes(key)) return [key, (value as Json[]).map(inner)];
    if (['items', 'propertyNames'].includes(key)) return [key, inner(value as Json)];
    if (key === 'additionalProperties' && typeof value === 'object') return [key, inner(value as Json)];
    return [key, key === 'properties' ? mapValues(value as Json, inner) : value];
  });
  return withNull(Object.fromEntries(parts) as Json);
}

/** The settings of an endpoint's format are one of these, by its `format`. */
const documentFormatSettings = () => ({
  anyOf: Object.values(FORMATS).map(({ title, settings }) => ({
    title,
    ...convert(settings, 'input', { WebhookMappedSource: MappedSchema }),
  })),
});

function convert(schema: AnySchema, typeMode: TypeMode, definitions: Record<string, AnySchema>): Json {
  const {
    $schema: _dialect,
    $defs: _defs,
    ...json
  } = toJsonSchema(schema as never, {
    typeMode,
    target: 'draft-2020-12',
    errorMode: 'ignore',
    definitions: definitions as never,
    overrideSchema: ({ valibotSchema }) =>
      valibotSchema === FormatSettingsSchema ? documentFormatSettings() : undefined,
  }) as Json;
  return JSON.parse(JSON.stringify(json).replaceAll('#/$defs/', COMPONENTS)) as Json;
}

const SCHEMAS = { input: requestSchemas, output: responseSchemas };

export const toSchema = (schema: AnySchema, typeMode: TypeMode): Json =>
  share(convert(schema, typeMode, SCHEMAS[typeMode]), typeMode);

/** A named schema without the reference to itself. */
function toComponent(name: string, typeMode: TypeMode): Json {
  const { [name]: schema, ...others } = SCHEMAS[typeMode];
  return share(convert(schema as AnySchema, typeMode, others), typeMode);
}

/** The lines and texts that are referred to. */
function sharedTexts(referring: unknown): [string, Json][] {
  const found = JSON.stringify(referring).matchAll(/"#\/components\/schemas\/(Line|Prose)(\d+)"/g);
  const lengths = new Map(
    [...found].map(([, text, length]) => [`${text}${length}`, [text, length] as const]),
  );
  return [...lengths].map(([name, [text, length]]) => [
    name,
    convert((TEXTS[text as string] as (typeof TEXTS)[string])(Number(length)), 'input', {}),
  ]);
}

/** Every named schema, by name. @param others made by hand; `paths` refer to named ones too */
export function componentSchemas(others: Record<string, Json>, paths: unknown): Record<string, Json> {
  const named: [string, Json][] = [
    ...Object.keys(requestSchemas).map((name): [string, Json] => [name, toComponent(name, 'input')]),
    ...Object.keys(responseSchemas).map((name): [string, Json] => [name, toComponent(name, 'output')]),
    ...Object.entries(ENUMS).map(([name, values]): [string, Json] => [
      name,
      convert(oneOf(values), 'input', {}),
    ]),
    ...Object.entries(others),
  ];
  const all = [...named, ...sharedTexts([named, paths])];
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
