/** From the schemas of the code to those of the document, in which what has a name stands once. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { EventSchema } from '../events/envelope.ts';
import { HTTPS_PATTERN, LINE_PATTERN, PROSE_PATTERN } from '../http/characters.ts';
import { line, prose } from '../http/fields.ts';
import type { AnySchema } from '../http/operation.ts';
import { FORMATS, FormatSettingsSchema } from '../webhooks/formats/formats.ts';
import type { Json } from './answers.ts';
import { describeDerivedValues } from './derived-values.ts';
import { commentsOf, type Named, originalOf, valuesDescribed } from './described.ts';
import { EVENT_SCHEMAS, eventMapping } from './events.ts';

type TypeMode = 'input' | 'output';

const COMPONENTS = '#/components/schemas/';
/** While a schema is converted: its words and its name, which outlive what its parts say of themselves. */
const TEXT = '$text';
const NAMED = '$named';

const TEXTS: Record<string, (lengthMax: number) => AnySchema> = { Line: line, Prose: prose };
const TEXT_NAMES: Record<string, string> = { [LINE_PATTERN]: 'Line', [PROSE_PATTERN]: 'Prose' };
const TEXT_RULES = [LINE_PATTERN, PROSE_PATTERN, HTTPS_PATTERN];

/** What is answered may have been stored before there were rules for texts. */
function withoutTextRules(schema: Json): Json {
  if (!TEXT_RULES.includes(String(schema.pattern))) return schema;
  const { pattern: _pattern, minLength: _min, maxLength: _max, description: _words, ...others } = schema;
  return others;
}

const mapValues = (schemas: Json, change: (schema: Json) => Json) =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, change(schema as Json)]));

/** `type: [string, "null"]` in place of two alternatives, where all else that is said is said of the one. */
function withNull(schema: Json): Json {
  const { anyOf: alternatives, ...others } = schema as { readonly anyOf?: readonly Json[] };
  const [one, none] = alternatives ?? [];
  if (!one || alternatives?.length !== 2 || none?.type !== 'null') return schema;
  if (typeof one.type === 'string' && !('enum' in one))
    return { ...one, ...others, type: [one.type, 'null'] };
  const { description, ...bare } = one;
  if (description === undefined || 'enum' in one) return schema;
  return { description, ...others, anyOf: [bare, none] };
}

/** Every value with what it means, as a list that each viewer of documents shows. */
function describeValues(list: readonly unknown[], words: string | null): string | null {
  const { texts } = valuesDescribed(list) ?? {};
  const said = list.map((value) => [value, texts?.get(String(value))] as const);
  if (!said.some(([, text]) => text !== undefined)) return words;
  const items = said.map(([value, text]) => `- \`${value}\`${text === undefined ? '' : `: ${text}`}`);
  return [...(words ? [words, ''] : []), ...items].join('\n');
}

const literalOf = (value: unknown) => {
  if (Array.isArray(value) && value.length === 0) return 'an empty list';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
    return 'an empty object';
  return Array.isArray(value) && value.length > 3
    ? 'all of them'
    : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
};

/** A member that may be left out: generators would ask for one that has a `default`, so it is said in words. */
function withoutDefault(
  schema: Json,
  words: string | null,
): { readonly bare: Json; readonly words: string | null } {
  if (!('default' in schema)) return { bare: schema, words };
  const { default: value, ...bare } = schema;
  const said = value === null ? '' : `Without it: ${literalOf(value)}.`;
  return { bare, words: [words, said].filter(Boolean).join(' ') || null };
}

/** The settings of an endpoint's format are one of these, by its `format`. */
const documentFormatSettings = (convert: (schema: AnySchema) => Json): Json => ({
  anyOf: Object.values(FORMATS).map(({ title, settings }) => ({ title, ...convert(settings) })),
});

/** An event is one of these, by its `type`. */
const documentEvents = (): Json => ({
  type: undefined,
  properties: undefined,
  required: undefined,
  oneOf: [...EVENT_SCHEMAS.values()].map((schema) => convert(schema, 'output')),
  discriminator: { propertyName: 'type', mapping: eventMapping(COMPONENTS) },
});

function convert(schema: AnySchema, typeMode: TypeMode): Json {
  const { $schema: _dialect, ...json } = toJsonSchema(schema as never, {
    typeMode,
    target: 'draft-2020-12',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      const { text, named } = commentsOf(valibotSchema);
      const parts = {
        ...jsonSchema,
        ...(valibotSchema.type === 'loose_object' ? { additionalProperties: true } : {}),
        ...(originalOf(valibotSchema) === originalOf(FormatSettingsSchema)
          ? documentFormatSettings((settings) => convert(settings, typeMode))
          : {}),
        ...(originalOf(valibotSchema) === originalOf(EventSchema) ? documentEvents() : {}),
        ...(text ? { [TEXT]: text } : {}),
        ...(named ? { [NAMED]: named } : {}),
      };
      return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
    },
  }) as Json;
  return json;
}

export interface Schemas {
  readonly toSchema: (schema: AnySchema, typeMode: TypeMode) => Json;
  /** The named ones that were referred to, and `others`. */
  readonly components: (others: Record<string, Json>) => Record<string, Json>;
}

/** Gathers what the schemas refer to while they are converted. */
export function gatherSchemas(): Schemas {
  describeDerivedValues();
  const components = new Map<string, Json>();

  /** @throws Error where two that differ have one name */
  function refer(name: string, component: Json): Json {
    const known = components.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(component))
      throw new Error(
        `Two schemas are named ${name}: ${JSON.stringify(known)} and ${JSON.stringify(component)}`,
      );
    components.set(name, component);
    return { $ref: COMPONENTS + name };
  }

  function shareText({ pattern, maxLength, format, type }: Json): Json | null {
    const text = TEXT_NAMES[String(pattern)];
    if (type !== 'string' || format !== undefined || text === undefined) return null;
    const rules = (TEXTS[text] as (typeof TEXTS)[string])(Number(maxLength));
    return refer(`${text}${maxLength}`, convert(rules, 'input'));
  }

  function shareValues({ enum: list, ...others }: Json): Json | null {
    if (!Array.isArray(list)) return null;
    const { name, text = null } = valuesDescribed(list) ?? {};
    const { type } = others;
    return name
      ? refer(name, { type, enum: list, description: describeValues(list, text) ?? undefined })
      : null;
  }

  /** @param text which is said where the schema is used */
  const say = (schema: Json, text: unknown): Json =>
    typeof text === 'string' && text !== '' ? { ...schema, description: text } : schema;

  function shareParts(schema: Json, typeMode: TypeMode): Json {
    const inner = (one: Json) => share(one, typeMode);
    const parts = Object.entries(schema).map(([key, value]) => {
      if (['anyOf', 'oneOf', 'allOf'].includes(key)) return [key, (value as Json[]).map(inner)];
      if (['items', 'propertyNames'].includes(key)) return [key, inner(value as Json)];
      if (key === 'additionalProperties' && typeof value === 'object') return [key, inner(value as Json)];
      return [key, key === 'properties' ? mapValues(value as Json, inner) : value];
    });
    return withNull(Object.fromEntries(parts) as Json);
  }

  /** Puts references in the place of the parts that have a name. */
  function share({ [TEXT]: text = null, [NAMED]: named, ...schema }: Json, typeMode: TypeMode): Json {
    const { bare, words } = withoutDefault(
      typeMode === 'output' ? withoutTextRules(schema) : schema,
      (text || null) as string | null,
    );
    if (named) {
      const { name, text: own } = named as Named;
      return say(refer(name, say(shareParts(bare, typeMode), own)), words);
    }
    const shared = shareText(bare) ?? shareValues(bare);
    if (shared) return say(shared, words);
    if (Array.isArray(bare.enum)) return say(bare, describeValues(bare.enum, words));
    return say(shareParts(bare, typeMode), words ?? bare.description);
  }

  return {
    toSchema: (schema, typeMode) => share(convert(schema, typeMode), typeMode),
    components: (others) =>
      Object.fromEntries([...components, ...Object.entries(others)].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
