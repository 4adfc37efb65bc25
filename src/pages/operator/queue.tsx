/** The verification queue: what waits, each with what was claimed beside what is listed, and a form that decides it. */

import { writeTime } from '../../platform/labels.ts';
import type { ShownCase } from '../../verification/rosters/cases.repository.ts';
import type { Language } from '../kit/language.ts';
import { Facts, type Fault, Form, faultAt } from '../kit/parts.tsx';
import { BASE } from './visit.ts';
import { WORDS } from './words.ts';
import { type Resolution, WAITING_KINDS, type WaitingKind } from './words.types.ts';

/** What waits: a case, or a credential that nobody has looked at. */
export interface Entry {
  readonly id: string;
  readonly kind: WaitingKind;
  readonly name: string;
  readonly practice: string;
  readonly credential: string;
  readonly since: number;
  /** Of a case. */
  readonly differences: ShownCase['differences'] | null;
}

/** What was filled in of an entry whose decision was refused. */
export interface Filled {
  readonly entryId: string;
  readonly resolution: string;
  readonly reason: string;
}

export interface QueueProps {
  readonly language: Language;
  readonly formToken: string;
  readonly entries: readonly Entry[];
  readonly counts: Readonly<Partial<Record<WaitingKind, number>>>;
  readonly kind: WaitingKind | undefined;
  /** After which the next ones stand; null on the last page. */
  readonly next: string | null;
  readonly faults: readonly Fault[];
  readonly filled: Filled | null;
}

const addressOf = (language: Language, kind: WaitingKind | undefined, after?: string) => {
  const query = new URLSearchParams({
    lang: language,
    ...(kind === undefined ? {} : { kind }),
    ...(after === undefined ? {} : { after }),
  });
  return `${BASE}/queue?${query}`;
};

const Filter = ({ language, counts, kind }: QueueProps) => {
  const { all, filter, kinds } = WORDS[language].queue;
  const sum = WAITING_KINDS.reduce((total, one) => total + (one === 'pending' ? 0 : (counts[one] ?? 0)), 0);
  const entries = [
    [undefined, all, sum] as const,
    ...WAITING_KINDS.map((one) => [one, kinds[one], counts[one] ?? 0] as const),
  ].filter(([one, , count]) => one === undefined || one === kind || count > 0);
  return (
    <nav aria-label={filter}>
      <ul>
        {entries.map(([one, name, count]) => (
          <li>
            <a href={addressOf(language, one)} aria-current={one === kind ? 'true' : undefined}>
              {name}
            </a>{' '}
            ({count})
          </li>
        ))}
      </ul>
    </nav>
  );
};

const Differences = ({ one, language }: { one: Entry; language: Language }) => {
  const words = WORDS[language].queue;
  if (one.differences === null) return null;
  if (one.differences.length === 0) return <p>{words.unlisted}</p>;
  return (
    <table class="differences">
      <caption>{words.differences}</caption>
      <thead>
        <tr>
          <th scope="col">{words.member}</th>
          <th scope="col">{words.claimed}</th>
          <th scope="col">{words.listed}</th>
        </tr>
      </thead>
      <tbody>
        {one.differences.map(({ member, claimed, listed }) => (
          <tr>
            <th scope="row">{words.members[member] ?? member}</th>
            <td>{claimed ?? '–'}</td>
            <td>{listed ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const RESOLUTIONS: readonly Resolution[] = ['verified', 'rejected', 'suspended', 'dismissed'];
/** Of what nobody has looked at yet. */
export const FIRST_RESOLUTIONS: readonly Resolution[] = ['verified', 'rejected'];

const Decide = ({ one, props }: { one: Entry; props: QueueProps }) => {
  const { language, formToken, faults, filled, kind } = props;
  const words = WORDS[language].queue;
  const mine = filled?.entryId === one.id ? filled : null;
  const id = (field: string) => `${one.id}-${field}`;
  const choice = faultAt(faults, id('resolution'));
  const reason = faultAt(faults, id('reason'), id('hint'));
  return (
    <details open={mine !== null}>
      <summary>{words.decide(one.name)}</summary>
      <Form language={language} base={BASE} formToken={formToken} to="/queue">
        <input type="hidden" name="entry_id" value={one.id} />
        <input type="hidden" name="kind" value={kind ?? ''} />
        <fieldset id={id('resolution')} {...choice.attributes}>
          <legend>{words.decision}</legend>
          {choice.message}
          {(one.kind === 'pending' ? FIRST_RESOLUTIONS : RESOLUTIONS).map((resolution) => (
            <div class="option">
              <input
                type="radio"
                name="resolution"
                id={id(resolution)}
                value={resolution}
                checked={mine?.resolution === resolution}
              />
              <label for={id(resolution)}>{words.resolutions[resolution]}</label>
            </div>
          ))}
        </fieldset>
        <label for={id('reason')}>{words.reason}</label>
        <span class="hint" id={id('hint')}>
          {words.reasonHint}
        </span>
        {reason.message}
        <textarea id={id('reason')} name="reason" rows={3} {...reason.attributes}>
          {mine?.reason ?? ''}
        </textarea>
        <p>
          <button type="submit">{words.submit}</button>
        </p>
      </Form>
    </details>
  );
};

const Waiting = ({ one, props }: { one: Entry; props: QueueProps }) => {
  const { language } = props;
  const words = WORDS[language].queue;
  return (
    <section>
      <h2>
        <bdi>{one.name}</bdi>: {words.kinds[one.kind]}
      </h2>
      <p class="note">{words.since(writeTime(one.since, language))}</p>
      <Facts
        facts={[
          [words.credential, one.credential],
          [words.practice, <bdi>{one.practice}</bdi>],
        ]}
      />
      <Differences one={one} language={language} />
      <Decide one={one} props={props} />
    </section>
  );
};

export const Queue = (props: QueueProps) => {
  const { entries, language, kind, next } = props;
  const words = WORDS[language].queue;
  return (
    <>
      <Filter {...props} />
      {entries.length === 0 ? <p>{words.none}</p> : null}
      {entries.map((one) => (
        <Waiting one={one} props={props} />
      ))}
      {next === null ? null : (
        <p>
          <a href={addressOf(language, kind, next)}>{words.next}</a>
        </p>
      )}
    </>
  );
};
