/** The simulation as a table. No I/O. */
import type { Figures } from '../report/figures.ts';
import type { Table } from '../report/tables.ts';
import { type Life, RESOURCES, simulate } from './model.ts';

export const NETWORKS = [1, 10, 100, 160, 250, 500];
const YEARS_MAX = 10;
const REFERRALS_YEAR = 1_000_000;

export const lifeOf = ({ bytes, life }: Figures): Life => ({
  bytes: Math.round(bytes.reduce((sum, one) => sum + one.bytes, 0)),
  rows_written: life.written,
  messages: life.messages,
  // The runtime's whole work: more than the database's part of it, so what is said of its thread is on the safe side.
  database_ms: life.cpu_ms,
});

/** Each network gets a million referrals a year, until something is full. */
export const scaleTable = (life: Life): Table =>
  NETWORKS.map((networks) => {
    const oneYear = simulate({ networks, referrals_year: REFERRALS_YEAR, months: 12 }, life);
    const { last, breaks } = simulate(
      { networks, referrals_year: REFERRALS_YEAR, months: YEARS_MAX * 12 },
      life,
    );
    const year = oneYear.last.used;
    const percents = Object.fromEntries(
      RESOURCES.map((resource) => [`${resource}, %`, Math.round(year[resource] * 1000) / 10]),
    );
    return {
      networks,
      ...percents,
      'full first': breaks?.resource ?? 'nothing',
      'in month': breaks?.month ?? '-',
      'with referrals each': breaks ? Math.round(last.referrals_each) : '-',
    };
  });
