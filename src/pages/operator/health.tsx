/** How the exchange is, as `GET /v1/operator/health` says it, with the verification queue beside it. */
import type { InferOutput } from 'valibot';
import type { HealthSchema } from '../../health/health.schemas.ts';
import { writeTime } from '../../platform/labels.ts';
import type { Language } from '../kit/language.ts';
import { Facts } from '../kit/parts.tsx';
import { WORDS } from './words.ts';

interface Props {
  readonly health: InferOutput<typeof HealthSchema>;
  readonly language: Language;
}

const MEBIBYTE = 2 ** 20;

/** A text, and what is noted below it. */
type Cell = readonly [text: string, note?: string];

interface TableProps {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly [whose: Cell, ...Cell[]])[];
}

const Words = ([text, note]: Cell) => (
  <>
    {text}
    {note === undefined ? null : <div class="note">{note}</div>}
  </>
);

const Table = ({ title, heads, rows }: TableProps) => (
  <section>
    <h2>{title}</h2>
    {rows.length === 0 ? null : (
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([[id, note], ...cells]) => (
            <tr>
              <th scope="row">
                <code>{id}</code>
                <div class="note">{note}</div>
              </th>
              {cells.map((cell) => (
                <td>{Words(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
);

const Failing = ({ health: { endpoints }, language }: Props) => {
  const words = WORDS[language].health;
  return (
    <Table
      title={words.failing(endpoints.failing_count)}
      heads={[words.endpoint, words.failingSince, words.last]}
      rows={endpoints.failing.map((one) => [
        [one.id, one.format + (one.enabled ? '' : `, ${words.disabled}`)],
        [writeTime(Date.parse(one.failing_since), language), `${words.failures}: ${one.failures_count}`],
        [String(one.last_status ?? one.last_error ?? words.none)],
      ])}
    />
  );
};

const Limits = ({ health: { limits_met }, language }: Props) => {
  const words = WORDS[language].health;
  const timeOf = (time: string) => writeTime(Date.parse(time), language);
  return (
    <Table
      title={words.limits(limits_met.length)}
      heads={[words.holder, words.failingSince, words.lastTime]}
      rows={limits_met.map((one) => [
        [String(one.practice_id ?? one.key_id), words.rateLimits[one.rate_limit]],
        [timeOf(one.first_met_at)],
        [timeOf(one.last_met_at), `${words.stretches}: ${one.stretches_count}`],
      ])}
    />
  );
};

export const HealthPage = (props: Props) => {
  const { health, language } = props;
  const { database, minute, deliveries, history, verification } = health;
  const words = WORDS[language].health;
  const timeOf = (time: string | null) => (time === null ? null : writeTime(Date.parse(time), language));
  const mebibytes = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(
    database.size_bytes / MEBIBYTE,
  );
  return (
    <>
      {minute.is_late ? <p class="error">{words.unready.minute}</p> : null}
      {database.is_migrated ? null : <p class="error">{words.unready.migration}</p>}
      <Facts
        facts={[
          [
            words.minute,
            minute.started_at === null
              ? words.never
              : `${timeOf(minute.started_at)} (${minute.duration_ms} ms)`,
          ],
          [words.unfinished, minute.unfinished.join(', ') || words.none],
          [words.pending, words.since(deliveries.pending_count, timeOf(deliveries.next_attempt_at))],
          [words.held, words.since(deliveries.held_count, timeOf(deliveries.oldest_held_at))],
          [words.unsealed, words.since(history.unsealed_count, timeOf(history.oldest_unsealed_at))],
          [words.queue, words.since(verification.waiting_count, timeOf(verification.oldest_waiting_at))],
          [words.unverified, String(verification.pending_count)],
          [words.size, `${mebibytes} MiB`],
          [words.migration, database.migration ?? words.none],
        ]}
      />
      <Failing {...props} />
      <Limits {...props} />
    </>
  );
};
