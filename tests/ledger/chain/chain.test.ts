import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CHAIN_START,
  extendChain,
  followChain,
  judgeChain,
  type LedgerEntry,
  type LedgerLink,
} from '../../../src/ledger/chain/chain.ts';
import { LedgerKeys } from '../../../src/ledger/chain/ledger-keys.ts';
import { signCheck, verdictIn } from '../../../src/ledger/chain/verdict.ts';

const newKeys = () => new LedgerKeys({ current: 'h1', keys: { h1: randomBytes(32).toString('base64') } });
const NOW = 1_800_000_000_000;
const key = newKeys();
const event = (sequence: number, at = NOW - 1000): LedgerEntry => ({
  referral_id: 'ref_1',
  kind: 'event',
  id: `evt_${sequence}`,
  at,
  sequence,
  place: sequence,
  content: JSON.stringify(['event', `evt_${sequence}`, at]),
});
const disclosure = (number: number, at = NOW - 1000): LedgerEntry => ({
  referral_id: 'ref_1',
  kind: 'disclosure',
  id: `dsc_${number}`,
  at,
  sequence: null,
  place: number,
  content: JSON.stringify(['disclosure', `dsc_${number}`, at]),
});
const entries = [event(1, 1), event(2, 2), disclosure(1, 2), event(3, 3), disclosure(2, 4)];

interface LedgerFile {
  readonly links: readonly LedgerLink[];
  readonly head: LedgerLink | undefined;
  readonly entries: readonly LedgerEntry[];
  readonly version: number;
}

/** Sealed at several times, as it happens. */
async function sealed(all: readonly LedgerEntry[] = entries, version = 3): Promise<LedgerFile> {
  const first = await extendChain(key, undefined, all.slice(0, 2));
  const second = await extendChain(key, first.at(-1), all.slice(2));
  const links = [...first, ...second];
  return { links, head: links.at(-1), entries: all, version };
}
/** Read as the database gives it, in portions of so many links. */
async function check({ links, head, entries: all, version }: LedgerFile, portion = 100, keys = key) {
  const byId = new Map(all.map((one) => [one.id, one]));
  const rows = links.map((link) => {
    const entry = byId.get(link.entry_id);
    return { ...link, content: entry?.content ?? null, sequence: entry?.sequence ?? null };
  });
  let followed: Awaited<ReturnType<typeof followChain>> = CHAIN_START;
  for (let at = 0; at < rows.length && !('fault' in followed); at += portion)
    followed = await followChain(keys, followed, rows.slice(at, at + portion));
  const disclosures_count = all.filter(({ kind }) => kind === 'disclosure').length;
  const sequences = all.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]));
  const facts = {
    id: 'ref_1',
    version,
    head_number: head?.number ?? null,
    head_hash: head?.hash ?? null,
    events_count: sequences.length,
    first_sequence: sequences.length > 0 ? Math.min(...sequences) : null,
    last_sequence: sequences.length > 0 ? Math.max(...sequences) : null,
    disclosures_count,
    last_disclosure: disclosures_count,
  };
  const linked = new Set(links.map(({ entry_id }) => entry_id));
  const unsealed = all
    .filter(({ id }) => !linked.has(id))
    .map(({ referral_id, kind, id }) => ({ referral_id, kind, id, is_due: id === DUE ? 1 : 0 }));
  return judgeChain(followed, facts, unsealed);
}
const DUE = 'dsc_4';
const faultOf = async (file: LedgerFile) => (await check(file)).first_broken;

test('an untouched chain holds, in whatever portions and order it was read', async () => {
  const file = await sealed();
  for (const portion of [1, 2, 4, 5, 100])
    expect(await check(file, portion)).toEqual({ sealed_count: 5, pending_count: 0, first_broken: null });
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

test('an entry that waits is pending, and one that the sealing has gone past is unsealed', async () => {
  const file = await sealed();
  const late = (number: number) => ({ ...file, entries: [...entries, disclosure(number)] });
  expect(await check(late(4))).toEqual({ sealed_count: 5, pending_count: 1, first_broken: null });
  expect(await faultOf(late(3))).toEqual({
    number: null,
    kind: 'disclosure',
    entry_id: 'dsc_3',
    fault: 'unsealed',
  });
});

test('a verdict is told of the referrals that were checked alone, and not where anything of it was changed', async () => {
  const broken = { number: 1, kind: 'event', entry_id: 'evt_1', fault: 'changed' } as const;
  const exceptions = { ref_3: broken, ref_4: null };
  const check = await signCheck(key, { after_id: 'ref_1', last_id: 'ref_5', checked_at: NOW, exceptions });
  const of = (id: string, change = {}) => verdictIn(key, { ...check, ...change }, id);
  expect(await of('ref_2')).toEqual({ checked_at: NOW, first_broken: null });
  expect(await of('ref_3')).toEqual({ checked_at: NOW, first_broken: broken });
  for (const unchecked of ['ref_1', 'ref_4', 'ref_6']) expect(await of(unchecked)).toBeNull();
  for (const change of [
    { after_id: 'ref_0' },
    { last_id: 'ref_9' },
    { checked_at: NOW + 1 },
    { exceptions: {} },
  ])
    expect(await of('ref_2', change)).toBeNull();
  expect(await verdictIn(key, undefined, 'ref_2')).toBeNull();
});

test('a chain goes on under a new key, and both keys are needed to follow it', async () => {
  const [old, next] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const before = new LedgerKeys({ current: 'h1', keys: { h1: old } });
  const after = new LedgerKeys({ current: 'h2', keys: { h1: old, h2: next } });
  const first = await extendChain(before, undefined, entries.slice(0, 2));
  const links = [...first, ...(await extendChain(after, first.at(-1), entries.slice(2)))];
  expect(links.map(({ key_id }) => key_id)).toEqual(['h1', 'h1', 'h2', 'h2', 'h2']);
  const file = { links, head: links.at(-1), entries, version: 3 };
  expect((await check(file, 100, after)).first_broken).toBeNull();
  expect((await check(file, 100, before)).first_broken).toMatchObject({ number: 3 });
});

test('links that were made without the key are found', async () => {
  const other = newKeys();
  const links = await extendChain(other, undefined, entries);
  expect(await faultOf({ links, head: links.at(-1), entries, version: 3 })).toMatchObject({ number: 1 });
});
