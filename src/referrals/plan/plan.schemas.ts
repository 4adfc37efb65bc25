import * as v from 'valibot';
import { date, line, oneOf, timeOut, timeOutOrNull, wholeNumber } from '../../http/fields.ts';

export const PLACE_MAX = 1000;

/** A side of a referral. @schema Side */
const SIDES = [
  /** The practice that refers. */
  'sender',
  /** The practice that is referred to. */
  'receiver',
] as const;

const entries = {
  /** What is to be done; at most 500 characters. */
  text: line(500),
  /** Who does it. */
  owner: oneOf(SIDES),
  /** Until which day, `YYYY-MM-DD`; null: none. */
  due_on: v.nullable(date),
  /** Where it stands in the plan, 1 to 1,000; of two with the same place the older comes first. */
  place: wholeNumber(1, PLACE_MAX),
  /** Whether it is done. */
  done: v.boolean('must be true or false'),
};

/** Something to be done for the client. @schema PlanItemRequest */
export const PlanItemInputSchema = v.strictObject({
  text: entries.text,
  owner: entries.owner,
  /** Until which day, `YYYY-MM-DD`; without it none. */
  due_on: v.optional(entries.due_on, null),
  /** Where it stands in the plan, 1 to 1,000; without it at the end. */
  place: v.optional(entries.place),
});

export type NewPlanItem = v.InferOutput<typeof PlanItemInputSchema>;

/** What is to change; what is not named stays. @schema PlanItemChange */
export const PlanItemChangeSchema = v.partial(v.strictObject(entries));

/** Something to be done for the client. @schema PlanItem */
export const PlanItemSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** What is to be done; null where you changed what the other side wrote: only the plan itself discloses that. */
  text: v.nullable(v.string()),
  /** Who does it. */
  owner: v.picklist(SIDES),
  /** Until which day; null: none, or as `text`. */
  due_on: v.nullable(v.string()),
  /** Where it stands in the plan. */
  place: v.number(),
  /** When it was done; null: not yet. */
  done_at: timeOutOrNull,
  /** Who wrote it. */
  author: v.picklist(SIDES),
  /** Who changed it last. */
  changed_by: v.picklist(SIDES),
  /** When it was written. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
});

/** What the two sides have agreed to do for the client. @schema Plan */
export const PlanSchema = v.object({
  /** The referral. */
  referral_id: v.string(),
  /** What is to be done, in order. What the consent does not let you read is left out. */
  items: v.array(PlanItemSchema),
  /**
   * The notice that goes with records of substance-use treatment, where this answer discloses something (42 CFR 2.32):
   * keep it with them. Null where none is needed.
   */
  redisclosure_notice: v.nullable(v.string()),
  /** What this very answer disclosed to you, as it was logged; empty for the sender. */
  disclosed_categories: v.array(
    v.picklist([
      /** The sender’s part of the action plan. */
      'plan',
    ]),
  ),
});

export const planItemExample = {
  id: 'pli_01k8vb9s2we1c9r4m7t2x5n8d3',
  version: 1,
  text: 'Write the new résumé for the field that she chose',
  owner: 'sender',
  due_on: '2026-11-15',
  place: 1,
  done_at: null,
  author: 'receiver',
  changed_by: 'receiver',
  created_at: '2026-10-20T09:00:00.000Z',
  updated_at: '2026-10-20T09:00:00.000Z',
};
