/** A month of the network as a table: a row for each figure, empty where it is below five. */
import { csvReply } from '../../http/csv.ts';
import type { Reply } from '../../http/operation.ts';
import type { NetworkReport } from './report.ts';

export function toNetworkCsv({
  month,
  practices,
  partnerships,
  referrals,
  endpoints,
  verification,
}: NetworkReport): Reply {
  const { by_state, ...sums } = referrals;
  const sections: readonly (readonly [string, object])[] = [
    ['practices', practices],
    ['partnerships', partnerships],
    ['referrals', sums],
    ['referrals_by_state', by_state],
    ...endpoints.map(({ format, ...counts }) => [`endpoints_${format}`, counts] as const),
    ['verification', verification],
  ];
  const rows = sections.flatMap(([section, figures]) =>
    Object.entries(figures).map(([name, value]) => [month, section, name, value as number | null]),
  );
  return csvReply(`network-${month}.csv`, ['month', 'section', 'figure', 'value'], rows);
}
