/** Whatever happens to a referral, and whatever the front desk does meanwhile: one record, and what was typed stays. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventType } from '../../../src/ledger/event-types.ts';
import { ENDINGS, updatesRecords } from '../../../src/webhooks/formats/leads.ts';
import { CRMS, type CrmFormat, crmTable, tell } from '../../support/crm-table.ts';

/** Where the name of the client stands, and the record that a format makes. */
const NAMES = {
  salesforce_lead: 'LastName',
  hubspot_contact: 'lastname',
  pipedrive_lead: 'name',
  zoho_lead: 'Last_Name',
} as const satisfies Partial<Record<CrmFormat, string>>;
const TYPED = 'Meadow-Lark, née Typed';

const step = fc.oneof(
  fc.record({
    type: fc.constantFrom<EventType>(...updatesRecords.allowed),
    detail: fc.constantFrom('thin' as const, 'full' as const),
  }),
  fc.constant('types' as const),
);

test.each(Object.entries(NAMES) as [keyof typeof NAMES, string][])(
  '%s: a referral is one record; its name is set when it is made, once more with the client’s, and never over a typed one',
  (format, field) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const crm = CRMS[format]();
        const named = () => crm.records.filter((record) => field in record);
        let isTyped = false;
        const seen: string[] = [];
        for (const one of steps) {
          const [record] = named();
          if (one === 'types') {
            if (record) Object.assign(record, { [field]: TYPED });
            isTyped ||= record !== undefined;
            continue;
          }
          const isEnding = (ENDINGS as readonly string[]).includes(one.type);
          tell(format, crm, one.type, isEnding ? 'thin' : one.detail);
          expect(named().length).toBeLessThanOrEqual(1);
          const name = named()[0]?.[field];
          if (isTyped) expect(name).toBe(TYPED);
          else if (name !== undefined && name !== seen.at(-1)) seen.push(name);
        }
        expect(seen.length).toBeLessThanOrEqual(2);
        if (seen.length === 2) expect(seen[0]).toMatch(/^Referral ref_/);
      }),
      { numRuns: 60 },
    );
  },
);

const NAMED_BY_TEMPLATE = {
  gohighlevel: 'lastName',
  lawmatics: 'last_name',
  espocrm: 'lastName',
  template: 'name',
} as const satisfies Partial<Record<CrmFormat, string>>;

test.each(Object.entries(NAMED_BY_TEMPLATE) as [keyof typeof NAMED_BY_TEMPLATE, string][])(
  '%s: no request but the first makes a record, a made-up name is sent with it alone and the client’s name once',
  (format, field) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const crm = CRMS[format]();
        let [isTold, isTyped] = [false, false];
        for (const one of steps) {
          const [record] = crm.records;
          if (one === 'types') {
            if (record) Object.assign(record, { [field]: TYPED });
            isTyped = record !== undefined;
            continue;
          }
          const isEnding = (ENDINGS as readonly string[]).includes(one.type);
          const isFull = !isEnding && one.detail === 'full' && one.type.startsWith('referral.');
          tell(format, crm, one.type, isFull ? 'full' : 'thin');
          expect(crm.records.length).toBe(record || !isEnding ? 1 : 0);
          const name = crm.records[0]?.[field];
          if (isFull && !isTold) isTyped = false;
          isTold ||= isFull;
          if (isTyped) expect(name).toBe(TYPED);
          else if (name !== undefined) expect(name).toMatch(isTold ? /Example/ : /ref_/);
        }
      }),
      { numRuns: 60 },
    );
  },
);

test('of every event it is known what is in the CRM afterwards: only formats without a look make a second record', () => {
  const rows = crmTable()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
  const header = rows[0] ?? [];
  const again = rows.find(([, label]) => label?.includes('once more')) ?? [];
  const doubled = header.filter((_, column) => again[column] === 'new record');
  // They know their record by what the CRM answered alone: nothing there can be found by the referral's id.
  expect(doubled).toEqual([
    '`salesforce_web_to_lead`',
    '`hubspot_form`',
    '`clio_grow`',
    '`gohighlevel`',
    '`lawmatics`',
  ]);
});
