/** Which members an object may have, by the schema that it is read with. */
import type { BaseIssue } from 'valibot';
import type { AnySchema } from './operation.ts';

/** What schemas of objects, lists, choices and wrappers are made of. */
interface Parts {
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly wrapped?: AnySchema;
  readonly item?: AnySchema;
  readonly value?: AnySchema;
  readonly options?: readonly AnySchema[];
  /** Of a choice: the member that says which. */
  readonly key?: string;
}

type Way = NonNullable<BaseIssue<unknown>['path']>;

const isSchema = (one: unknown): one is AnySchema => typeof one === 'object' && one !== null;

/** Of a choice the one that was sent. @param sent the object that is read */
function objectsIn(schema: AnySchema, sent: unknown): Parts[] {
  const { wrapped, options, key } = schema as Parts;
  if (wrapped) return objectsIn(wrapped, sent);
  if (!options) return [schema as Parts];
  const isMeant = ({ entries }: Parts) =>
    key === undefined ||
    (entries?.[key] as { literal?: unknown } | undefined)?.literal === (sent as Record<string, unknown>)[key];
  return options
    .filter(isSchema)
    .flatMap((one) => objectsIn(one, sent))
    .filter(isMeant);
}

/** The names of the members that may stand beside the last one of the way. */
export function namesBeside([first, ...others]: Way | [], schema: AnySchema): string[] {
  if (!first) return [];
  const objects = objectsIn(schema, first.input);
  if (others.length === 0) return [...new Set(objects.flatMap(({ entries = {} }) => Object.keys(entries)))];
  const key = String(first.key);
  const inner = objects.map(({ entries, item, value }) => entries?.[key] ?? item ?? value).filter(isSchema);
  return [...new Set(inner.flatMap((one) => namesBeside(others as unknown as Way, one)))];
}
