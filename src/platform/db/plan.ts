/**
 * What is asked of D1 in one batch, by names: a plan of statements goes in, and what they returned comes back under
 * the same names. Plans nest, so that a noun can offer the reads or writes that belong together; the order of the
 * names is the order of the statements.
 */
import { deliveryIdsIn } from '../queue.ts';
import type { Statement } from './database.ts';

type RowsOf<S extends Statement> = S['_']['result'];
type RowOf<S extends Statement> = RowsOf<S> extends readonly (infer R)[] ? R : never;

/** One statement, and what its rows become. */
export class Step<out T> {
  readonly statement: Statement;
  readonly toValue: (rows: unknown) => T;
  /** Its rows name the deliveries that can leave once the batch is committed. */
  readonly wakes: boolean;

  constructor(statement: Statement, toValue: (rows: unknown) => T, wakes = false) {
    this.statement = statement;
    this.toValue = toValue;
    this.wakes = wakes;
  }
}

/** The first row, or undefined where there is none. */
export const one = <S extends Statement>(statement: S) =>
  new Step<RowOf<S> | undefined>(statement, (rows) => (rows as RowOf<S>[])[0]);

/** All rows. */
export const many = <S extends Statement>(statement: S) =>
  new Step<RowOf<S>[]>(statement, (rows) => rows as RowOf<S>[]);

/** @param statement returns `delivery_id` of each delivery that can leave at once, null of one that waits */
export const waking = (statement: Statement) => new Step<void>(statement, () => undefined, true);

/** Statements without a name return nothing; a part that is not wanted is undefined. */
export type Plan =
  | Step<unknown>
  | Statement
  | undefined
  | readonly Plan[]
  | { readonly [name: string]: Plan };

/** What a plan comes back as. */
export type Found<P> =
  P extends Step<infer T>
    ? T
    : P extends Statement | undefined | readonly unknown[]
      ? undefined
      : { readonly [K in keyof P]: Found<P[K]> };

const isStatement = (part: object): part is Statement => '_prepare' in part;

const isList = (part: object): part is readonly Plan[] => Array.isArray(part);

/** The steps of a plan in their order. */
export function stepsOf(plan: Plan): Step<unknown>[] {
  if (plan === undefined) return [];
  if (plan instanceof Step) return [plan];
  // Many a noun writes its event among other statements without a name (`recordEvent`): those may wake deliveries, too.
  if (isStatement(plan)) return [waking(plan)];
  return (isList(plan) ? plan : Object.values(plan)).flatMap(stepsOf);
}

/** @param next gives the rows of the plan's steps, one after the other */
export function foundOf<P extends Plan>(plan: P, next: () => unknown): Found<P> {
  const found = (part: Plan): unknown => {
    if (part === undefined) return undefined;
    if (part instanceof Step) return part.toValue(next());
    if (isStatement(part)) {
      next();
      return undefined;
    }
    if (isList(part)) {
      for (const item of part) found(item);
      return undefined;
    }
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, found(inner)]));
  };
  return found(plan) as Found<P>;
}

/** The deliveries that a committed plan may wake. @param results of its steps, in their order */
export const deliveriesWokenBy = (steps: readonly Step<unknown>[], results: readonly unknown[]): string[] =>
  steps.flatMap((step, index) => (step.wakes ? deliveryIdsIn([results[index]]) : []));
