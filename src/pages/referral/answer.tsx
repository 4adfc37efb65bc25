/** What the receiver can do now, each with what has to be said with it. */
import type { Child } from 'hono/jsx';
import { CONTACT_KINDS, DECLINE_REASONS, NOT_ENGAGED_REASONS } from '../../referrals/codes.ts';
import { type Fault, Form, type FormProps, faultAt } from '../kit/parts.tsx';
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
  readonly faults: readonly Fault[];
}

const fieldIdOf = (move: PageMove, name: string) => `${move}-${name}`;

type Options = readonly (readonly [value: string, words: string])[];

const Choice = ({ name, options, ...props }: FieldsProps & { name: string; options: Options }) => {
  const fieldId = fieldIdOf(props.move, name);
  const { message, attributes } = faultAt(props.faults, fieldId);
  return (
    <>
      {message}
      {options.map(([value, label], index) => {
        // The first one is where a link to the fault leads.
        const id = index === 0 ? fieldId : `${props.move}-${value}`;
        return (
          <div class="option">
            <input
              type="radio"
              id={id}
              name={name}
              value={value}
              checked={props.filled[name] === value}
              {...attributes}
            />
            <label for={id}>{label}</label>
          </div>
        );
      })}
    </>
  );
};

const Text = ({ name, label, ...props }: FieldsProps & { name: string; label: string }) => {
  const fieldId = fieldIdOf(props.move, name);
  const { message, attributes } = faultAt(props.faults, fieldId);
  return (
    <p>
      <label for={fieldId}>{label}</label>
      {message}
      <textarea id={fieldId} name={name} rows={3} maxlength={2000} {...attributes}>
        {props.filled[name] ?? ''}
      </textarea>
    </p>
  );
};

const reasonFields =
  (reasons: readonly (keyof Words['reasons'])[]) =>
  (props: FieldsProps): Child => (
    <>
      <Choice
        {...props}
        name="reason"
        options={reasons.map((reason) => [reason, props.words.reasons[reason]])}
      />
      <Text {...props} name="note" label={props.words.note} />
    </>
  );

const FIELDS: Partial<Record<PageMove, (props: FieldsProps) => Child>> = {
  decline: reasonFields(DECLINE_REASONS),
  mark_not_engaged: reasonFields(NOT_ENGAGED_REASONS),
  request_info: (props) => <Text {...props} name="question" label={props.words.question} />,
  record_contact: (props) => (
    <Choice
      {...props}
      name="kind"
      options={CONTACT_KINDS.map((kind) => [kind, props.words.contactKinds[kind]])}
    />
  ),
};

/** Who takes the client on, where more than one may. Without a choice it is the first of them, as by the API. */
const Takers = ({ takers, words, chosen }: { takers: Visit['takers']; words: Words; chosen: string }) => {
  if (takers.length < 2) return null;
  return (
    <fieldset>
      <legend>{words.questions.accept}</legend>
      {takers.map(({ id, name }, index) => (
        <div class="option">
          <input
            type="radio"
            id={`accept-${id}`}
            name="professional_id"
            value={id}
            checked={chosen === '' ? index === 0 : chosen === id}
          />
          <label for={`accept-${id}`}>{name}</label>
        </div>
      ))}
    </fieldset>
  );
};

const QUIET: readonly PageMove[] = ['decline', 'mark_not_engaged', 'waitlist', 'undo'];

function labelOf(move: PageMove, { referral }: Visit, words: Words): string {
  if (move === 'undo') return words.undo[referral.state] ?? words.undoOther;
  return move === 'accept' && referral.state === 'waitlisted' ? words.admit : words.moves[move];
}

interface AnswerProps extends FormProps {
  readonly visit: Visit;
  readonly faults: readonly Fault[];
  readonly filled: Filled | null;
}

const MoveForm = ({ move, visit, faults, filled, ...form }: AnswerProps & { move: PageMove }) => {
  const words = WORDS[form.language];
  const fields = FIELDS[move];
  const mine = filled?.move === move ? filled.values : {};
  const hint = words.moveHints[move];
  const label = labelOf(move, visit, words);
  const content = (
    <Form {...form} to="">
      <input type="hidden" name="move" value={move} />
      <input type="hidden" name="version" value={visit.referral.version} />
      {fields ? (
        <fieldset>
          <legend>{words.questions[move as keyof Words['questions']]}</legend>
          {hint ? <p class="hint">{hint}</p> : null}
          {fields({ words, move, filled: mine, faults })}
        </fieldset>
      ) : null}
      {move === 'accept' && visit.referral.state !== 'waitlisted' ? (
        <Takers takers={visit.takers} words={words} chosen={mine.professional_id ?? ''} />
      ) : null}
      <p>
        <button type="submit" class={QUIET.includes(move) ? 'quiet' : undefined}>
          {label}
        </button>{' '}
        {!fields && hint ? <small class="hint">{hint}</small> : null}
      </p>
    </Form>
  );
  if (!fields) return content;
  return (
    <details open={filled?.move === move}>
      <summary>{label}</summary>
      {content}
    </details>
  );
};

export const AnswerPart = (props: AnswerProps) => {
  const { visit } = props;
  const words = WORDS[props.language];
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
        <MoveForm {...props} move={move} />
      ))}
    </>
  );
};
