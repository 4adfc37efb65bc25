/** A counted month of the network, as tables. */
import { monthAfter } from '../../reports/months.ts';
import type { NetworkReport } from '../../reports/network/report.ts';
import { type Language, writeDuration } from '../kit/language.ts';
import { BASE } from './visit.ts';
import { WORDS } from './words.ts';
import type { Words } from './words.types.ts';

interface Props {
  readonly report: NetworkReport;
  readonly language: Language;
}

type Figure = readonly [name: string, value: number | null | string];

const Table = ({
  heading,
  figures,
  words,
}: {
  heading: string;
  figures: readonly Figure[];
  words: Words;
}) => {
  const { few, figure, names, value } = words.network;
  return (
    <section>
      <h2>{heading}</h2>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{figure}</th>
            <th scope="col">{value}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(([name, shown]) => (
            <tr>
              <th scope="row">{names[name] ?? name}</th>
              <td>{shown ?? <span class="note">{few}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

export const NetworkPage = ({ report, language }: Props) => {
  const words = WORDS[language];
  const { sections, rule, before, after } = words.network;
  const { practices, partnerships, referrals, endpoints, verification, month } = report;
  const lasting = (seconds: number | null) => (seconds === null ? '–' : writeDuration(seconds, language));
  const linkTo = (other: string) => `${BASE}/network?lang=${language}&month=${other}`;
  return (
    <>
      <p>{rule}</p>
      <Table
        heading={sections.practices}
        words={words}
        figures={[
          ...Object.entries(practices),
          ['partnerships', partnerships.active],
          ['density', partnerships.density ?? '–'],
        ]}
      />
      <Table
        heading={sections.referrals}
        words={words}
        figures={[
          ['total', referrals.total],
          ['median_seconds_to_accept', lasting(referrals.median_seconds_to_accept)],
          ['median_seconds_to_engage', lasting(referrals.median_seconds_to_engage)],
        ]}
      />
      <Table heading={sections.by_state} words={words} figures={Object.entries(referrals.by_state)} />
      {endpoints.map(({ format, ...counts }) => (
        <Table heading={`${sections.endpoints}: ${format}`} words={words} figures={Object.entries(counts)} />
      ))}
      <Table heading={sections.verification} words={words} figures={Object.entries(verification)} />
      <p>
        <a href={linkTo(monthAfter(month, -1))}>{before}</a>{' '}
        <a href={linkTo(monthAfter(month, 1))}>{after}</a>
      </p>
    </>
  );
};
