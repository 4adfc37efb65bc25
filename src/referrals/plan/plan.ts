/** The plan that the two sides share: what each may read of it, what a change makes of an item, how it is sealed. */
import type * as v from 'valibot';
import { allowsFeedback } from '../../consents/consents.schemas.ts';
import { toTime } from '../../http/fields.ts';
import { Problem } from '../../platform/problem.ts';
import type { ReferralVault } from '../../platform/vault/vault.ts';
import type { OpenedReferral } from '../file.ts';
import type { Side } from '../told.ts';
import type { PlanItemRow } from './plan.repository.ts';
import { PLACE_MAX, type PlanItemChangeSchema, type PlanItemSchema } from './plan.schemas.ts';

const ITEMS_MAX = 100;
const COLUMN = 'plan_items.sealed_item';

export type PlanItem = v.InferOutput<typeof PlanItemSchema>;
export type PlanItemChange = v.InferOutput<typeof PlanItemChangeSchema>;
interface Written {
  readonly text: string;
  readonly due_on: string | null;
}

/** Its own, as long as the other side has not touched it: what that wrote goes by the consent. */
const isOwn = ({ author, changed_by }: PlanItemRow, side: Side) => author === side && changed_by === side;

/** @param isDisclosed whether the sender's part was disclosed to the receiver with this answer, and logged */
export function isReadable(
  { told, consent }: OpenedReferral,
  item: PlanItemRow,
  isDisclosed: boolean,
  now: number,
): boolean {
  return isOwn(item, told.side) || (told.side === 'sender' ? allowsFeedback(consent, now) : isDisclosed);
}

/** @throws Problem 409 */
export function requirePlanRoom(items: readonly PlanItemRow[]): void {
  if (items.length >= ITEMS_MAX)
    throw new Problem('limit_reached', `A plan has at most ${ITEMS_MAX} items: take out what is done.`);
}

/** Where a new item stands that is to stand at the end. */
export const lastPlace = (items: readonly PlanItemRow[]) =>
  Math.min(PLACE_MAX, 1 + Math.max(0, ...items.map(({ place }) => place)));

export const sealItem = (vault: ReferralVault, id: string, { text, due_on }: Written) =>
  vault.seal(COLUMN, { text, due_on }, id);

/** The item after a change by one side. */
export async function changeItem(
  row: PlanItemRow,
  { text, due_on, owner, place, done }: PlanItemChange,
  side: Side,
  vault: ReferralVault,
  now: number,
): Promise<PlanItemRow> {
  const written = await vault.open<Written>(COLUMN, row.sealed_item, row.id);
  const done_at = done === undefined ? row.done_at : done ? (row.done_at ?? now) : null;
  return {
    ...row,
    version: row.version + 1,
    changed_by: side,
    owner: owner ?? row.owner,
    place: place ?? row.place,
    done_at,
    sealed_item: await sealItem(vault, row.id, {
      text: text ?? written.text,
      due_on: due_on === undefined ? written.due_on : due_on,
    }),
    updated_at: now,
  };
}

/** @param vault null: its text is withheld from whoever is answered */
export async function presentItem(row: PlanItemRow, vault: ReferralVault | null): Promise<PlanItem> {
  const { id, version, owner, place, author, changed_by } = row;
  const written = vault && (await vault.open<Written>(COLUMN, row.sealed_item, id));
  return {
    id,
    version,
    text: written?.text ?? null,
    owner,
    due_on: written?.due_on ?? null,
    place,
    done_at: toTime(row.done_at),
    author,
    changed_by,
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}
