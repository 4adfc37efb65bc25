/** What the practice may want to do next: each finding with those that it is about. */
import type { Child } from 'hono/jsx';
import { writeDay, writeTime } from '../../platform/labels.ts';
import type { Report } from '../../reports/report.ts';
import { type Language, writeDuration } from '../kit/language.ts';
import { WORDS } from './words.ts';

/** So many of each are named; the others are counted. */
const NAMED_MAX = 8;

interface FindingProps {
  readonly heading: string;
  readonly count: number;
  readonly items: readonly (readonly [name: string, note: string])[];
  readonly more: (count: number) => string;
}

const Finding = ({ heading, count, items, more }: FindingProps): Child => {
  if (count === 0) return null;
  const named = items.slice(0, NAMED_MAX);
  return (
    <div>
      <h3>{heading}</h3>
      <ul>
        {named.map(([name, note]) => (
          <li>
            <bdi>{name}</bdi> <span class="note">{note}</span>
          </li>
        ))}
        {count > named.length ? <li class="note">{more(count - named.length)}</li> : null}
      </ul>
    </div>
  );
};

export const Insights = ({ report, language }: { report: Report; language: Language }) => {
  const words = WORDS[language].insights;
  const { insights, time_zone: timeZone } = report;
  if (!insights) return null;
  const { thank, nurture, slower, waiting, ending } = insights;
  const { more } = words;
  const dayOf = (time: string | null) => writeDay(Date.parse(time ?? ''), language, timeZone);
  return (
    <section class="next">
      <h2>{words.heading}</h2>
      {waiting.count === 0 ? <p>{words.none}</p> : null}
      {slower === null ? null : (
        <p>
          {words.slower(
            writeDuration(slower.median_seconds, language),
            writeDuration(slower.network_median_seconds, language),
          )}
        </p>
      )}
      <div class="pair">
        <Finding
          heading={words.waiting(waiting.count)}
          count={waiting.count}
          items={waiting.data.map(({ name, respond_by }) => [
            name,
            respond_by === null
              ? words.asked
              : words.answerBy(writeTime(Date.parse(respond_by), language, timeZone)),
          ])}
          more={more}
        />
        <Finding
          heading={words.ending(ending.count)}
          count={ending.count}
          items={ending.data.map(({ professional_name, title, expires_on }) => [
            `${professional_name}: ${title}`,
            words.endsOn(writeDay(Date.parse(expires_on), language)),
          ])}
          more={more}
        />
        <Finding
          heading={words.thank(thank.count)}
          count={thank.count}
          items={thank.data.map(({ name, received }) => [name, words.received(received)])}
          more={more}
        />
        <Finding
          heading={words.nurture(nurture.count)}
          count={nurture.count}
          items={nurture.data.map(({ name, quiet_since }) => [name, words.quietSince(dayOf(quiet_since))])}
          more={more}
        />
      </div>
    </section>
  );
};
