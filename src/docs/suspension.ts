/** docs/suspension.md, made from the table and the operations that name its lines. Never in the Worker. */

import type { Operation } from '../http/operation.ts';
import { mayWhenSuspended, SUSPENSION, type WhenSuspended } from '../platform/access/suspension.ts';
import { MOVES_WHEN_SUSPENDED } from '../referrals/suspension.ts';

const verdict = (line: WhenSuspended) => (mayWhenSuspended(line) ? 'may' : 'may not');
const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

export function buildSuspensionTable(operations: readonly Operation[]): string {
  const asked = operations.flatMap(({ whenSuspended, ...one }) =>
    whenSuspended === undefined ? [] : [{ ...one, line: whenSuspended }],
  );
  return [
    '# What a suspended practice may do',
    '',
    'The operator suspends a practice (`POST /v1/practices/{practice_id}/suspend`) and reinstates it. In between it finishes what is open; nothing new leaves or is made. Why it is so, and what becomes of its partners: [decision 010](decisions/010-suspension.md).',
    '',
    'Generated from `src/platform/access/suspension.ts` and the operations by `npm run generate`.',
    '',
    row('Line', 'A suspended practice', 'Why'),
    row('---', '---', '---'),
    ...(Object.keys(SUSPENSION) as WhenSuspended[]).map((line) =>
      row(`\`${line}\``, verdict(line), SUSPENSION[line].why),
    ),
    '',
    '## Operations',
    '',
    row('Operation', '', 'A suspended practice', 'Line'),
    row('---', '---', '---', '---'),
    ...asked.map(({ id, method, path, line }) =>
      row(`\`${method} ${path}\``, id, verdict(line), `\`${line}\``),
    ),
    '',
    '## Moves of a referral',
    '',
    'By an operation, on a page or in the callback of a CRM alike; the client and the exchange itself are never suspended.',
    '',
    row('Move', 'A suspended practice', 'Line'),
    row('---', '---', '---'),
    ...Object.entries(MOVES_WHEN_SUSPENDED).map(([move, line]) =>
      row(`\`${move}\``, verdict(line), `\`${line}\``),
    ),
    '',
  ].join('\n');
}
