/** The page of a month: each part's heading says what was found; the numbers stand beside each chart. */

import { writeTime } from '../../platform/labels.ts';
import type { Report } from '../../reports/report.ts';
import { type Language, writeDuration, writeMonth } from '../kit/language.ts';
import { Facts } from '../kit/parts.tsx';
import { Bar, Lines } from './charts.tsx';
import { Insights } from './insights.tsx';
import { WORDS } from './words.ts';
import { DEFINED, type Direction, INSIGHTS } from './words.types.ts';

interface Props {
  readonly report: Report;
  readonly language: Language;
}

const DIRECTIONS = ['given', 'received'] as const;

const percent = (rate: number, language: Language) =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(rate);

const Sums = ({ report: { totals, previous }, language }: Props) => {
  const words = WORDS[language];
  const { referrals } = totals;
  const before = (count: string | number | null | undefined) =>
    previous && count !== null && count !== undefined ? (
      <small>{words.before(String(count), writeMonth(previous.month, language))}</small>
    ) : null;
  const inTwo = (value: number | null | undefined) => (value == null ? '–' : value.toFixed(2));
  return (
    <dl class="sums">
      {DIRECTIONS.map((direction) => (
        <div class={direction}>
          <dt>{words[direction]}</dt>
          <dd>
            <b>{referrals[direction]}</b>
            {before(previous?.referrals[direction])}
          </dd>
        </div>
      ))}
      <div>
        <dt>{words.names.reciprocity}</dt>
        <dd>
          <b>{inTwo(referrals.reciprocity)}</b>
          {before(previous && inTwo(previous.referrals.reciprocity))}
        </dd>
      </div>
    </dl>
  );
};

const Partners = ({ report: { partners }, language }: Props) => {
  const words = WORDS[language];
  const most = Math.max(1, ...partners.flatMap(({ referrals }) => [referrals.given, referrals.received]));
  const bothWays = partners.filter(({ referrals }) => referrals.given > 0 && referrals.received > 0).length;
  if (partners.length === 0)
    return (
      <section>
        <h2>{words.none}</h2>
      </section>
    );
  return (
    <section class="long">
      <h2>{words.partners(partners.length, bothWays)}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.partner}</th>
            <th scope="col" class="left">
              {words.given}
            </th>
            <th scope="col">{words.received}</th>
          </tr>
        </thead>
        <tbody>
          {partners.map(({ name, referrals }) => (
            <tr>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td class="left">
                {referrals.given}
                <Bar value={referrals.given} most={most} direction="given" towards="left" />
              </td>
              <td>
                {referrals.received}
                <Bar value={referrals.received} most={most} direction="received" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Funnel = ({ report, language, direction }: Props & { direction: Direction }) => {
  const words = WORDS[language];
  const { sent, accepted, engaged } = report.totals[direction];
  const steps = [sent, accepted, engaged];
  const finding = <h2>{words.funnel(direction, sent, accepted, engaged)}</h2>;
  if (sent === 0) return <section>{finding}</section>;
  return (
    <section>
      {finding}
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col">{words[direction]}</th>
          </tr>
        </thead>
        <tbody>
          {words.steps.map((step, index) => (
            <tr>
              <th scope="row">{step}</th>
              <td>
                {steps[index]}
                <Bar value={steps[index] ?? 0} most={sent} direction={direction} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Times = ({ report, language, direction }: Props & { direction: Direction }) => {
  const words = WORDS[language];
  const { count, median_seconds, p90_seconds } = report.totals[direction].time_to_accept;
  if (count === 0 || median_seconds === null || p90_seconds === null) return null;
  const rows = [
    [words.half, median_seconds],
    [words.most, p90_seconds],
  ] as const;
  return (
    <section>
      <h2>{words.times[direction](writeDuration(median_seconds, language))}</h2>
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">{words.names.time_to_accept}</th>
            <th scope="col">{words[direction]}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, seconds]) => (
            <tr>
              <th scope="row">{name}</th>
              <td>
                {writeDuration(seconds, language)}
                <Bar value={seconds} most={p90_seconds} direction={direction} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Trend = ({ report: { history }, language }: Props) => {
  const words = WORDS[language];
  if (!history) return null;
  const points = history.map(({ month, referrals }) => ({
    label: writeMonth(month, language, 'short'),
    given: referrals.given,
    received: referrals.received,
  }));
  const sum = (direction: Direction) => points.reduce((all, point) => all + point[direction], 0);
  return (
    <section>
      <h2>{words.trend(sum('given'), sum('received'))}</h2>
      <p class="note" aria-hidden="true">
        <span class="key" />
        {words.given} <span class="key received" />
        {words.received}
      </p>
      <Lines points={points} />
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{words.month}</th>
            <th scope="col">{words.given}</th>
            <th scope="col">{words.received}</th>
          </tr>
        </thead>
        <tbody>
          {history.map(({ month, referrals }) => (
            <tr>
              <th scope="row">{writeMonth(month, language)}</th>
              <td>{referrals.given}</td>
              <td>{referrals.received}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const RATES = ['acceptance', 'response', 'engagement', 'end_to_end', 'loop_closure'] as const;

const Rates = ({ report: { totals }, language }: Props) => {
  const words = WORDS[language];
  return (
    <section>
      <h2>{words.rates}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.rates}</th>
            {DIRECTIONS.map((direction) => (
              <th scope="col">{words[direction]}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {RATES.map((name) => (
            <tr>
              <th scope="row">{words.names[name]}</th>
              {DIRECTIONS.map((direction) => {
                const figure = totals[direction][name];
                const young = 'immature' in figure ? figure.immature : 0;
                return (
                  <td>
                    {figure.rate === null
                      ? words.nothing
                      : `${percent(figure.rate, language)} (${words.of(figure.numerator, figure.denominator)})`}
                    {young > 0 ? <div class="note">{words.young(young)}</div> : null}
                  </td>
                );
              })}
            </tr>
          ))}
          <tr>
            <th scope="row">{words.names.outcome_withheld}</th>
            {DIRECTIONS.map((direction) => (
              <td>{totals[direction].outcome_withheld}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  );
};

export const ReportPage = ({ report, language }: Props) => {
  const words = WORDS[language];
  const { totals, to_month, complete, practice } = report;
  const { referrals } = totals;
  const props = { report, language };
  return (
    <>
      <h1>
        <bdi>{words.title(practice.name, writeMonth(to_month, language))}</bdi>
      </h1>
      {complete ? null : <p class="note">{words.running}</p>}
      <h2>{words.mutual(referrals.given, referrals.received)}</h2>
      <Sums {...props} />
      <p>{words.thanks}</p>
      <Insights {...props} />
      <Partners {...props} />
      <div class="pair">
        {DIRECTIONS.map((direction) => (
          <Funnel {...props} direction={direction} />
        ))}
        {DIRECTIONS.map((direction) => (
          <Times {...props} direction={direction} />
        ))}
      </div>
      <Trend {...props} />
      <Rates {...props} />
      <section>
        <h2>{words.definitions}</h2>
        <Facts
          facts={DEFINED.filter((name) => report.insights !== null || !INSIGHTS.has(name)).map((name) => [
            words.names[name],
            words.meanings[name],
          ])}
        />
      </section>
      <p class="note">{words.made(writeTime(Date.parse(report.generated_at), language, report.time_zone))}</p>
    </>
  );
};
