import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkChain,
  deriveLedgerKey,
  extendChain,
  type LedgerEntry,
  type LedgerFile,
  UNSEALED_MS_MAX,
} from '../../src/privacy/ledger/chain.ts';

const NOW = 1_800_000_000_000;
const key = await deriveLedgerKey(randomBytes(32).toString('base64'));
const event = (sequence: number, at = NOW - 1000): LedgerEntry => ({
  referral_id: 'ref_1',
  kind: 'event',
  id: `evt_${sequence}`,
  at,
  sequence,
  content: JSON.stringify(['event', `evt_${sequence}`, at]),
});
const disclosure = (number: number, at = NOW - 1000): LedgerEntry => ({
  referral_id: 'ref_1',
  kind: 'disclosure',
  id: `dsc_${number}`,
  at,
  sequence: null,
  content: JSON.stringify(['disclosure', `dsc_${number}`, at]),
});
const entries = [event(1, 1), event(2, 2), disclosure(1, 2), event(3, 3), disclosure(2, 4)];

/** Sealed at several times, as it happens. */
async function sealed(all: readonly LedgerEntry[] = entries, version = 3): Promise<LedgerFile> {
  const first = await extendChain(key, undefined, all.slice(0, 2));
  const second = await extendChain(key, first.at(-1), all.slice(2));
  const links = [...first, ...second];
  return { links, head: links.at(-1), entries: all, version };
}
const faultOf = async (file: LedgerFile) => (await checkChain(key, file, NOW)).first_broken;

test('an untouched chain holds, in whatever portions and order it was read', async () => {
  const file = await sealed();
  expect(await checkChain(key, file, NOW)).toEqual({ sealed_count: 5, pending_count: 0, first_broken: null });
  expect(await faultOf({ ...file, entries: entries.toReversed() })).toBeNull();
});

test('any change of any entry or link is found, at that link or the one where the chain breaks', async () => {
  const file = await sealed();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(4),
      fc.constantFrom('content', 'entry_hash', 'hash', 'number'),
      async (at, column) => {
        const changed =
          column === 'content'
            ? {
                ...file,
                entries: entries.map((one, i) => (i === at ? { ...one, content: `${one.content} ` } : one)),
              }
            : {
                ...file,
                links: file.links.map((one, i) =>
                  i === at ? { ...one, [column]: column === 'number' ? 9 : 'forged' } : one,
                ),
              };
        const fault = await faultOf(changed);
        expect(fault?.number).toBe(at + 1);
        if (column === 'content')
          expect(fault).toMatchObject({ entry_id: entries[at]?.id, fault: 'changed' });
      },
    ),
  );
});

test.each(entries.map((one, index) => [one.id, index] as const))(
  'the removal of %s is found',
  async (id, index) => {
    const file = await sealed();
    const rest = entries.filter((one) => one.id !== id);
    expect(await faultOf({ ...file, entries: rest })).toMatchObject({
      number: index + 1,
      entry_id: id,
      fault: 'removed',
    });
    const links = file.links.filter(({ entry_id }) => entry_id !== id);
    expect(await faultOf({ ...file, links, entries: rest })).toMatchObject({
      number: index + 1,
      fault: 'removed',
    });
  },
);

test('two links or two entries that changed places are found', async () => {
  const file = await sealed();
  const swapped = (at: number) =>
    file.links.map((one, i) => {
      const other = i === at ? file.links[at + 1] : i === at + 1 ? file.links[at] : one;
      return { ...(other ?? one), number: i + 1 };
    });
  for (const at of [0, 1, 2, 3])
    expect(await faultOf({ ...file, links: swapped(at) })).toMatchObject({
      number: at + 1,
      fault: 'reordered',
    });
  const exchanged = entries.map((one) =>
    one.id === 'evt_1'
      ? { ...event(2, 2), id: 'evt_1' }
      : one.id === 'evt_2'
        ? { ...event(1, 1), id: 'evt_2' }
        : one,
  );
  expect(await faultOf({ ...file, entries: exchanged })).toMatchObject({ number: 1, fault: 'changed' });
});

test('an event that is gone with its link, the links after it and the head is missed by its place in the sequence', async () => {
  const { links } = await sealed();
  const cut = links.slice(0, 3);
  const rest = { links: cut, head: cut.at(-1), entries: entries.slice(0, 3), version: 3 };
  expect(await faultOf(rest)).toMatchObject({ kind: 'event', fault: 'removed' });
});

test('an entry that waits is pending for two minutes, and then unsealed', async () => {
  const file = await sealed();
  const late = (age: number) => ({ ...file, entries: [...entries, disclosure(3, NOW - age)] });
  expect(await checkChain(key, late(UNSEALED_MS_MAX), NOW)).toEqual({
    sealed_count: 5,
    pending_count: 1,
    first_broken: null,
  });
  expect(await faultOf(late(UNSEALED_MS_MAX + 1))).toEqual({
    number: null,
    kind: 'disclosure',
    entry_id: 'dsc_3',
    fault: 'unsealed',
  });
});

test('links that were made without the key are found', async () => {
  const other = await deriveLedgerKey(randomBytes(32).toString('base64'));
  const links = await extendChain(other, undefined, entries);
  expect(await faultOf({ links, head: links.at(-1), entries, version: 3 })).toMatchObject({ number: 1 });
});
