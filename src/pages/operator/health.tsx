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

const Failing = ({ health: { endpoints }, language }: Props) => {
  const words = WORDS[language].health;
  return (
    <section>
      <h2>{words.failing(endpoints.failing_count)}</h2>
      {endpoints.failing.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.endpoint}</th>
              <th scope="col">{words.failingSince}</th>
              <th scope="col">{words.last}</th>
            </tr>
          </thead>
          <tbody>
            {endpoints.failing.map((one) => (
              <tr>
                <th scope="row">
                  <code>{one.id}</code>
                  <div class="note">
                    {one.format}
                    {one.enabled ? '' : `, ${words.disabled}`}
                  </div>
                </th>
                <td>
                  {writeTime(Date.parse(one.failing_since), language)}
                  <div class="note">
                    {words.failures}: {one.failures_count}
                  </div>
                </td>
                <td>{one.last_status ?? one.last_error ?? words.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};

const Limits = ({ health: { limits_met }, language }: Props) => {
  const words = WORDS[language].health;
  const timeOf = (time: string) => writeTime(Date.parse(time), language);
  return (
    <section>
      <h2>{words.limits(limits_met.length)}</h2>
      {limits_met.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.holder}</th>
              <th scope="col">{words.failingSince}</th>
              <th scope="col">{words.lastTime}</th>
            </tr>
          </thead>
          <tbody>
            {limits_met.map((one) => (
              <tr>
                <th scope="row">
                  <code>{one.practice_id ?? one.key_id}</code>
                  <div class="note">{words.rateLimits[one.rate_limit]}</div>
                </th>
                <td>{timeOf(one.first_met_at)}</td>
                <td>
                  {timeOf(one.last_met_at)}
                  <div class="note">
                    {words.stretches}: {one.stretches_count}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
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
