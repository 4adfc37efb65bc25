/** What the receiver can do now, each with what has to be said with it. */
import type { Child } from 'hono/jsx';
import { Form, type FormProps } from '../pages/parts.tsx';
import { CONTACT_KINDS, DECLINE_REASONS, NOT_ENGAGED_REASONS } from '../referrals/referrals.schemas.ts';
import { PAGE_MOVES, type PageMove } from './moves.ts';
import type { Visit } from './visit.ts';
import { WORDS } from './words.ts';
import type { Words } from './words.types.ts';

/** What a visitor had filled in, where the form comes back. */
export interface Filled {
  readonly move: string;
  readonly values: Readonly<Record<string, string>>;
}

interface FieldsProps {
  readonly words: Words;
  readonly move: PageMove;
  readonly filled: Readonly<Record<string, string>>;
}

const Choice = ({
  move,
  name,
  options,
  filled,
}: Pick<FieldsProps, 'move' | 'filled'> & {
  name: string;
  options: readonly (readonly [value: string, words: string])[];
}) => (
  <>
    {options.map(([value, label], index) => (
      <div class="option">
        <input
          type="radio"
          id={index === 0 ? `${move}-${name}` : `${move}-${value}`}
          name={name}
          value={value}
          checked={filled[name] === value}
        />
        <label for={index === 0 ? `${move}-${name}` : `${move}-${value}`}>{label}</label>
      </div>
    ))}
  </>
);

const Text = ({
  move,
  name,
  label,
  filled,
}: Pick<FieldsProps, 'move' | 'filled'> & { name: string; label: string }) => (
  <p>
    <label for={`${move}-${name}`}>{label}</label>
    <textarea id={`${move}-${name}`} name={name} rows={3} maxlength={2000}>
      {filled[name] ?? ''}
    </textarea>
  </p>
);

const reasonFields =
  (reasons: readonly (keyof Words['reasons'])[]) =>
  ({ words, move, filled }: FieldsProps): Child => (
    <>
      <Choice
        move={move}
        name="reason"
        filled={filled}
        options={reasons.map((reason) => [reason, words.reasons[reason]])}
      />
      <Text move={move} name="note" label={words.note} filled={filled} />
    </>
  );

const FIELDS: Partial<Record<PageMove, (props: FieldsProps) => Child>> = {
  decline: reasonFields(DECLINE_REASONS),
  mark_not_engaged: reasonFields(NOT_ENGAGED_REASONS),
  request_info: ({ words, move, filled }) => (
    <Text move={move} name="question" label={words.question} filled={filled} />
  ),
  record_contact: ({ words, move, filled }) => (
    <Choice
      move={move}
      name="kind"
      filled={filled}
      options={CONTACT_KINDS.map((kind) => [kind, words.contactKinds[kind]])}
    />
  ),
};

const QUIET: readonly PageMove[] = ['decline', 'mark_not_engaged', 'waitlist', 'undo'];

const MoveForm = ({
  move,
  filled,
  words,
  ...form
}: FormProps & { move: PageMove; filled: Filled | null; words: Words }) => {
  const fields = FIELDS[move];
  const mine = filled?.move === move ? filled.values : {};
  const hint = words.moveHints[move];
  const button = (
    <button type="submit" class={QUIET.includes(move) ? 'quiet' : undefined}>
      {words.moves[move]}
    </button>
  );
  const content = (
    <Form {...form} to="">
      <input type="hidden" name="move" value={move} />
      {fields ? (
        <fieldset>
          <legend>{words.questions[move as keyof Words['questions']]}</legend>
          {hint ? <p class="hint">{hint}</p> : null}
          {fields({ words, move, filled: mine })}
        </fieldset>
      ) : null}
      <p>
        {button} {!fields && hint ? <small class="hint">{hint}</small> : null}
      </p>
    </Form>
  );
  if (!fields) return content;
  return (
    <details open={filled?.move === move}>
      <summary>{words.moves[move]}</summary>
      {content}
    </details>
  );
};

export const AnswerPart = ({
  visit,
  filled,
  ...form
}: FormProps & { visit: Visit; filled: Filled | null }) => {
  const words = WORDS[form.language];
  const moves = PAGE_MOVES.filter((move) => visit.moves.includes(move));
  if (moves.length === 0) {
    const isForCrm = visit.kind === 'callback' && visit.referral.allowed_moves.length > 0;
    return <p>{isForCrm ? words.byCrm : words.nothing}</p>;
  }
  return (
    <>
      <h2>{words.answerHeading}</h2>
      <p class="hint">{visit.kind === 'callback' ? words.callbackHint : words.answerHint}</p>
      {moves.map((move) => (
        <MoveForm {...form} move={move} filled={filled} words={words} />
      ))}
    </>
  );
};
