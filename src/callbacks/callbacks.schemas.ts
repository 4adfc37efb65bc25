/** Wire types of callbacks. */
import * as v from 'valibot';
import { REFERRAL_STATES } from '../platform/db/states.ts';
import { OUTCOMES, ReportSchema } from '../referrals/outcomes.ts';

const RESULTS = ['done', 'unchanged', 'ignored', 'refused'] as const;

/** What a caller says: the outcome itself, or whatever its CRM posts, with the stage at one of `stage_paths`. */
export const CallbackReportSchema = v.union([ReportSchema, v.looseObject({})]);

export const CallbackAnswerSchema = v.object({
  /** Null where the message named no referral. */
  referral_id: v.nullable(v.string()),
  /**
   * `done`; `unchanged`: it was so already; `ignored`: the stage means nothing here; `refused`: the referral did not
   * allow it, `code` and `detail` say why (only in a batch, and to a caller that would take an error for a fault of ours).
   */
  result: v.picklist(RESULTS),
  state: v.nullable(v.picklist(REFERRAL_STATES)),
  allowed_outcomes: v.array(v.picklist(OUTCOMES)),
  code: v.optional(v.string()),
  detail: v.optional(v.string()),
});

/** To a batch of messages: of each what came of it, in their order. */
export const CallbackAnswersSchema = v.object({ results: v.array(CallbackAnswerSchema) });
export type CallbackAnswer = v.InferOutput<typeof CallbackAnswerSchema>;

export const callbackAnswerExample: CallbackAnswer = {
  referral_id: 'ref_01k8vb1s2wf7r8tck5e8t3d7m1',
  result: 'done',
  state: 'accepted',
  allowed_outcomes: ['engage', 'not_engaged'],
};
