/** Wire types of callbacks. */
import * as v from 'valibot';
import { REFERRAL_STATES } from '../platform/db/states.ts';
import { OUTCOMES, ReportSchema } from '../referrals/outcomes.ts';
import { externalIds } from '../referrals/own.schemas.ts';

/** What came of a report. */
const RESULTS = [
  /** It was done. */
  'done',
  /** It was so already. */
  'unchanged',
  /** The stage means nothing here, or the message names no referral. */
  'ignored',
  /** The referral did not allow it: `code` and `detail` say why. Only in a batch, and to a caller that would take an error for a fault of ours. */
  'refused',
] as const;

/**
 * What a caller says: the outcome itself, or whatever its CRM posts, with the stage at one of `stage_paths`.
 * @schema CallbackReport
 */
export const CallbackReportSchema = v.union([
  ReportSchema,
  v.looseObject({
    /** Under which ids your systems know the referral; alone, or beside an outcome or a stage. */
    external_ids: v.optional(externalIds),
  }),
]);

/** What came of a report. @schema CallbackAnswer */
export const CallbackAnswerSchema = v.object({
  /** The referral; null where the message named none. */
  referral_id: v.nullable(v.string()),
  /** What came of it. */
  result: v.picklist(RESULTS),
  /** How the referral stands; null where none was named. */
  state: v.nullable(v.picklist(REFERRAL_STATES)),
  /** What may be reported of it now. */
  allowed_outcomes: v.array(v.picklist(OUTCOMES)),
  /** Why it was refused, as the `code` of problems. */
  code: v.optional(v.string()),
  /** Why it was refused, in words. */
  detail: v.optional(v.string()),
});

/** To a batch of messages. @schema CallbackAnswers */
export const CallbackAnswersSchema = v.object({
  /** Of each message what came of it, in their order. */
  results: v.array(CallbackAnswerSchema),
});
export type CallbackAnswer = v.InferOutput<typeof CallbackAnswerSchema>;

export const callbackAnswerExample: CallbackAnswer = {
  referral_id: 'ref_01k8vb1s2wf7r8tck5e8t3d7m1',
  result: 'done',
  state: 'accepted',
  allowed_outcomes: ['engage', 'not_engaged'],
};
