/** A counted month of the network as it is published: nothing but rounded counts, and what is made of those. */
import type * as v from 'valibot';
import { toTime } from '../../http/fields.ts';
import { monthIn } from '../months.ts';
import {
  ENDPOINT_HEALTHS,
  type Figures,
  hasEnough,
  medianOf,
  medianToAccept,
  SENT_STATES,
} from './figures.ts';
import type { NetworkMonthRow } from './network.repository.ts';
import type { NetworkReportSchema } from './network.schemas.ts';
import { publish, publishWhole } from './rounding.ts';

export type NetworkReport = v.InferOutput<typeof NetworkReportSchema>;

const FRACTION = 10_000;

function densityOf(practices: number | null, partnerships: number | null): number | null {
  if (practices === null || partnerships === null) return null;
  const possible = (practices * (practices - 1)) / 2;
  return Math.min(1, Math.round((partnerships / possible) * FRACTION) / FRACTION);
}

const withAll = <K extends string>(names: readonly K[], counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(names.map((name) => [name, counts[name] ?? 0])) as Record<K, number>;

function referralsOf(figures: Figures): NetworkReport['referrals'] {
  const isShown = hasEnough(figures);
  const { total, parts } = publishWhole(withAll(SENT_STATES, isShown ? figures.states : {}));
  return {
    total,
    by_state: parts,
    median_seconds_to_accept: medianToAccept(figures),
    median_seconds_to_engage: isShown ? medianOf(figures.engage) : null,
  };
}

const endpointsOf = (figures: Figures): NetworkReport['endpoints'] =>
  Object.entries(figures.endpoints)
    .map(([format, counts]) => {
      const { working, failing, disabled, unconfirmed } = withAll(ENDPOINT_HEALTHS, counts);
      return {
        format,
        working: publish(working),
        failing: publish(failing),
        disabled: publish(disabled),
        unconfirmed: publish(unconfirmed),
      };
    })
    .filter(({ format: _, ...counts }) => Object.values(counts).some((count) => count !== null))
    .sort((a, b) => (a.format < b.format ? -1 : 1));

export function toNetworkReport({ month, figures, counted_at }: NetworkMonthRow): NetworkReport {
  const { from, until } = monthIn('UTC', month);
  const active = publish(figures.active);
  const partnerships = publish(figures.partnerships);
  return {
    month,
    from: toTime(from),
    until: toTime(until),
    counted_at: toTime(counted_at ?? 0),
    practices: {
      active,
      sending: publish(figures.sending),
      receiving: publish(figures.receiving),
      isolated: publish(figures.isolated),
    },
    partnerships: { active: partnerships, density: densityOf(active, partnerships) },
    referrals: referralsOf(figures),
    endpoints: endpointsOf(figures),
    verification: {
      pending_credentials: publish(figures.pending_credentials),
      waiting_cases: publish(figures.waiting_cases),
    },
  };
}
