/** What a practice asks of those who refer to it, as a small JSON Schema, and whether answers fit it. No I/O. */
import * as v from 'valibot';
import { line, prose, setOf, wholeNumber } from '../../http/fields.ts';
import type { IntakeQuestions } from '../../platform/db/schema.ts';
import type { InputFault } from '../../platform/problem.ts';

export const QUESTIONS_MAX = 20;
export const ANSWER_CHARACTERS_MAX = 500;
const NUMBER_MAX = 1_000_000_000;

const name = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be lower-case letters, digits and _, such as `insured`'),
);
/** The question, in words. */
const title = line(200);

const TextQuestionSchema = v.strictObject({
  /** Answered by a text. */
  type: v.literal('string'),
  /** The question, in words. */
  title,
  /** How long the answer may be, in characters; without it 500. */
  maxLength: v.optional(wholeNumber(1, ANSWER_CHARACTERS_MAX)),
  /** The answers to choose from; without it any text. */
  enum: v.optional(setOf(line(100), QUESTIONS_MAX, 1)),
});
const YesNoQuestionSchema = v.strictObject({
  /** Answered by `true` or `false`. */
  type: v.literal('boolean'),
  /** The question, in words. */
  title,
});
const NumberQuestionSchema = v.pipe(
  v.strictObject({
    /** Answered by a whole number. */
    type: v.literal('integer'),
    /** The question, in words. */
    title,
    /** The least that it may be; without it −1,000,000,000. */
    minimum: v.optional(wholeNumber(-NUMBER_MAX, NUMBER_MAX)),
    /** The most that it may be; without it 1,000,000,000. */
    maximum: v.optional(wholeNumber(-NUMBER_MAX, NUMBER_MAX)),
  }),
  v.check(
    ({ minimum = -NUMBER_MAX, maximum = NUMBER_MAX }) => minimum <= maximum,
    'must have a minimum that is no more than the maximum',
  ),
);

/**
 * Questions as a JSON Schema: a flat object of texts, yes-or-no and whole numbers, in the order in which they are asked.
 * @schema IntakeQuestions
 */
export const IntakeQuestionsSchema = v.pipe(
  v.strictObject({
    /** The answers are an object. */
    type: v.literal('object'),
    /** The questions by their names, 1 to 20. */
    properties: v.pipe(
      v.record(
        name,
        v.variant(
          'type',
          [TextQuestionSchema, YesNoQuestionSchema, NumberQuestionSchema],
          'must be of type string, boolean or integer',
        ),
        'must be an object of questions',
      ),
      v.minEntries(1, 'must have a question'),
      v.maxEntries(QUESTIONS_MAX, `must have at most ${QUESTIONS_MAX} questions`),
    ),
    /** The names of those without an answer to which nothing is sent. */
    required: v.optional(setOf(name, QUESTIONS_MAX), []),
    /** Nothing else is answered. */
    additionalProperties: v.optional(v.literal(false), false),
  }),
  v.check(
    ({ properties, required }) => required.every((one) => Object.hasOwn(properties, one)),
    'must have a question for each name that is required',
  ),
);
type Question = IntakeQuestions['properties'][string];

/** The questions as they are shown: a JSON Schema of the answers. @schema AskedQuestions */
export const AskedQuestionsSchema = v.object({
  /** The answers are an object. */
  type: v.literal('object'),
  /** The questions by their names, in the order in which they are asked. */
  properties: v.record(
    v.string(),
    v.object({
      /** What sort of answer it takes. */
      type: v.picklist([
        /** A text. */
        'string',
        /** `true` or `false`. */
        'boolean',
        /** A whole number. */
        'integer',
      ]),
      /** The question, in words. */
      title: v.string(),
      /** Of a text: how long it may be, in characters; without it 500. */
      maxLength: v.optional(v.number()),
      /** Of a text: the answers to choose from. */
      enum: v.optional(v.array(v.string())),
      /** Of a number: the least that it may be. */
      minimum: v.optional(v.number()),
      /** Of a number: the most that it may be. */
      maximum: v.optional(v.number()),
    }),
  ),
  /** The names of those that must be answered. */
  required: v.array(v.string()),
  /** Nothing else is answered. */
  additionalProperties: v.literal(false),
});

/** Answers by the names of their questions. */
export const IntakeAnswersSchema = v.pipe(
  v.record(
    name,
    v.union(
      [prose(ANSWER_CHARACTERS_MAX), v.boolean(), wholeNumber(-NUMBER_MAX, NUMBER_MAX)],
      `must be a text of at most ${ANSWER_CHARACTERS_MAX} characters, true or false, or a whole number`,
    ),
    'must be an object of answers',
  ),
  v.maxEntries(QUESTIONS_MAX, `must have at most ${QUESTIONS_MAX} answers`),
);
export type IntakeAnswers = v.InferOutput<typeof IntakeAnswersSchema>;

/** An answer beside its question as it was asked then: what is asked since may be something else. @schema IntakeAnswer */
export const IntakeAnswerSchema = v.object({
  /** The name of the question. */
  name: v.string(),
  /** The question. */
  question: v.string(),
  /** The answer. */
  answer: v.union([v.string(), v.boolean(), v.number()]),
});
export type IntakeAnswer = v.InferOutput<typeof IntakeAnswerSchema>;

/** What an answer must be; null where it is that. */
function wrongIn(question: Question, answer: string | boolean | number): string | null {
  if (question.type === 'boolean') return typeof answer === 'boolean' ? null : 'must be true or false';
  if (question.type === 'integer') {
    const { minimum = -NUMBER_MAX, maximum = NUMBER_MAX } = question;
    const fits = typeof answer === 'number' && answer >= minimum && answer <= maximum;
    return fits ? null : `must be a whole number from ${minimum} to ${maximum}`;
  }
  const { enum: choices, maxLength = ANSWER_CHARACTERS_MAX } = question;
  if (choices)
    return typeof answer === 'string' && choices.includes(answer)
      ? null
      : `must be one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  return typeof answer === 'string' && [...answer].length <= maxLength
    ? null
    : `must be a text of at most ${maxLength} characters`;
}

/** What is wrong with answers. @param questions null: the practice asks nothing @param pointer to the answers */
export function faultsOfAnswers(
  questions: IntakeQuestions | null,
  answers: IntakeAnswers,
  pointer: string,
): InputFault[] {
  const { properties = {}, required = [] } = questions ?? {};
  const given = Object.entries(answers);
  const faults = given.flatMap(([key, answer]): InputFault[] => {
    const question = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const detail = question ? wrongIn(question, answer) : 'is not asked by the receiver for this service';
    return detail === null ? [] : [{ pointer: `${pointer}/${key}`, detail }];
  });
  const missing = required.filter((key) => !Object.hasOwn(answers, key));
  return [
    ...faults,
    ...missing.map((key) => ({
      pointer: `${pointer}/${key}`,
      detail: `is required by the receiver: ${properties[key]?.title}`,
    })),
  ];
}

/** Answers that fit, in the order of the questions. */
export const answersWithQuestions = (
  questions: IntakeQuestions | null,
  answers: IntakeAnswers,
): IntakeAnswer[] =>
  Object.entries(questions?.properties ?? {}).flatMap(([key, { title: question }]) => {
    const answer = Object.hasOwn(answers, key) ? answers[key] : undefined;
    return answer === undefined ? [] : [{ name: key, question, answer }];
  });
