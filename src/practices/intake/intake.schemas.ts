import * as v from 'valibot';
import { slug, timeOut, toTime } from '../../http/fields.ts';
import type { IntakeFormRow } from './intake.repository.ts';
import { AskedQuestionsSchema, IntakeQuestionsSchema } from './questions.ts';

/** What is to be asked. @schema IntakeFormRequest */
export const IntakeFormInputSchema = v.strictObject({
  /** For which service or assessment, a code of the catalog, such as `career_testing`. */
  service: slug,
  /** The questions, as JSON at most 8,000 characters; without them nothing is asked any more. */
  questions: v.optional(
    v.pipe(
      IntakeQuestionsSchema,
      v.check(
        (questions) => JSON.stringify(questions).length <= 8000,
        'must have at most 8,000 characters as JSON',
      ),
    ),
  ),
});

/** What a practice asks of those who refer to it, for one service. @schema IntakeForm */
export const IntakeFormSchema = v.object({
  /** For which service or assessment. */
  service: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** The questions; null: nothing is asked any more. */
  questions: v.nullable(AskedQuestionsSchema),
  /** When it was last changed. */
  updated_at: timeOut,
});

export const presentForm = ({
  service,
  version,
  questions,
  updated_at,
}: IntakeFormRow): v.InferOutput<typeof IntakeFormSchema> => ({
  service,
  version,
  questions,
  updated_at: toTime(updated_at),
});

export const questionsExample = {
  type: 'object',
  properties: {
    tested_before: { type: 'boolean', title: 'Has the client taken an interest inventory before?' },
    payer: { type: 'string', title: 'Who pays?', enum: ['the client', 'an employer', 'somebody else'] },
  },
  required: ['payer'],
  additionalProperties: false,
};

export const formExample = {
  service: 'career_counseling',
  version: 1,
  questions: questionsExample,
  updated_at: '2026-10-01T09:00:00.000Z',
};
