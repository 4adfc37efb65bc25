/**
 * Fills the database with an exchange of a given size, straight into its SQLite file and through every guard of the
 * schema. Clients and consents are sealed with keys of their own, and the history by the code that seals it.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { startProgress } from '../../scripts/local/progress.ts';
import { ledgerKeysOf } from '../../src/ledger/chain/ledger-keys.ts';
import { sealPending } from '../../src/ledger/chain/seal.ts';
import { Database } from '../../src/platform/db/database.ts';
import { consentIdOf } from '../../src/platform/db/ids.ts';
import { MasterVault } from '../../src/platform/vault/vault.ts';
import { asD1 } from '../../tests/support/d1.ts';
import { testSecrets } from '../../tests/support/harness.ts';
import { CLIENT, type World } from '../../tests/support/world.ts';
import { type Change, cloneRow, ownPart } from './clone.ts';
import { DEAD, type Kind, pairsIn, practicesIn, type Shape, shapesIn } from './shape.ts';
import { columnsOf, type Row, type Template } from './template.ts';

const ROWS_PER_TRANSACTION = 2000;
const RANDOM_BELOW = 2 ** 48;
const LOOKUP_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

interface Practice {
  readonly id: string;
  readonly professionalId: string;
  readonly endpointId: string;
}

const suffixOf = (id: unknown) => String(id).slice(4);

/** Statements by table, prepared once. */
function writerOf(sqlite: DatabaseSync) {
  const statements = new Map<string, { columns: string[]; insert: ReturnType<DatabaseSync['prepare']> }>();
  return (table: string, row: Row): void => {
    let known = statements.get(table);
    if (!known) {
      const columns = columnsOf(sqlite, table);
      const places = columns.map(() => '?').join(', ');
      known = {
        columns,
        insert: sqlite.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`),
      };
      statements.set(table, known);
    }
    known.insert.run(...known.columns.map((name) => (row[name] ?? null) as SQLInputValue));
  };
}

export interface Loaded {
  readonly practices: number;
  /** Of the practice that the dead endpoint belongs to. */
  readonly deadEndpointId: string;
}

export async function load(
  sqlite: DatabaseSync,
  world: World,
  templates: ReadonlyMap<Kind, Template>,
  { referrals, seed, now }: { readonly referrals: number; readonly seed: number; readonly now: number },
): Promise<Loaded> {
  const random = xoroshiro128plus(seed + 1);
  const newPart = (at: number) => ownPart(at, uniformInt(random, 0, RANDOM_BELOW - 1));
  const write = writerOf(sqlite);
  const one = (table: string, where: string, value: string) =>
    sqlite
      .prepare(`select ${columnsOf(sqlite, table).join(', ')} from ${table} where ${where} limit 1`)
      .get(value) as Row;
  const of = {
    practice: one('practices', 'id = ?', world.receiver.id),
    professional: one('professionals', 'id = ?', world.receiver.professionalId),
    credential: one('credentials', 'id = ?', world.receiver.credentialId),
    endpoint: one('webhook_endpoints', 'practice_id = ?', world.receiver.id),
    partnership: one('partnerships', 'id = ?', world.partnershipId),
  };
  const sendersEndpoint = one('webhook_endpoints', 'practice_id = ?', world.sender.id);
  const count = practicesIn(referrals);
  const practices: Practice[] = [];
  sqlite.exec('begin');
  for (let index = 0; index < count; index += 1) {
    const [practice, professional, credential, endpoint] = [0, 0, 0, 0].map(() => newPart(now - 1000)) as [
      string,
      string,
      string,
      string,
    ];
    const ids = new Map([
      [suffixOf(of.practice.id), practice],
      [suffixOf(of.professional.id), professional],
      [suffixOf(of.credential.id), credential],
      [suffixOf(of.endpoint.id), endpoint],
    ]);
    const change = { ids, shiftMs: 0 };
    write('practices', { ...cloneRow(of.practice, change), name: `Practice ${index}` });
    write('professionals', cloneRow(of.professional, change));
    write('credentials', { ...cloneRow(of.credential, change), number: `L-${index}` });
    write('webhook_endpoints', cloneRow(of.endpoint, change));
    practices.push({
      id: `prc_${practice}`,
      professionalId: `pro_${professional}`,
      endpointId: `wep_${endpoint}`,
    });
  }
  const partnerships = new Map<string, string>();
  for (const [first, second] of pairsIn(count)) {
    const part = newPart(now - 1000);
    const [inviter, invitee] = [practices[first], practices[second]] as [Practice, Practice];
    const ids = new Map([
      [suffixOf(of.partnership.id), part],
      [suffixOf(of.partnership.inviter_practice_id), suffixOf(inviter.id)],
      [suffixOf(of.partnership.invitee_practice_id), suffixOf(invitee.id)],
    ]);
    const pair = [inviter.id, invitee.id].sort();
    const pairText = String(of.partnership.pair).replace(
      /prc_[0-9a-z]{26}(.*)prc_[0-9a-z]{26}/,
      (_all, between) => pair.join(between),
    );
    write('partnerships', { ...cloneRow(of.partnership, { ids, shiftMs: 0 }), pair: pairText });
    partnerships.set(`${first} ${second}`, part);
  }
  sqlite.exec('commit');

  const vault = new MasterVault({ masterKeys: JSON.parse(testSecrets.MASTER_KEYS) });
  const lookup = () => Array.from({ length: 24 }, () => LOOKUP_LETTERS[uniformInt(random, 0, 63)]).join('');
  const positions = sqlite.prepare('select 1 from events where position = ?');

  /** The columns that only the referral's own key opens, sealed anew. */
  async function sealed(referralId: string) {
    const { vault: own, wrapped } = await vault.createReferralVault(referralId);
    const consentId = consentIdOf(referralId);
    const category = (name: keyof typeof CLIENT) => own.seal(`client_records.${name}`, CLIENT[name]);
    return {
      client_records: {
        ...wrapped,
        identity: await category('identity'),
        contact: await category('contact'),
        reason: await category('reason'),
        background: await category('background'),
        notes: await category('notes'),
      },
      consents: {
        sealed_purposes: await own.seal('consents.sealed_purposes', ['Career counseling'], consentId),
        sealed_signature: await own.seal(
          'consents.sealed_signature',
          { signed_by: 'Quillon Testperson', representative_authority: null, reference: 'Form 1, cabinet 2' },
          consentId,
        ),
      },
    };
  }

  async function add({ sender, receiver, kind, ageMs }: Shape): Promise<void> {
    const template = templates.get(kind) as Template;
    const [from, to] = [practices[sender], practices[receiver]] as [Practice, Practice];
    const part = partnerships.get([sender, receiver].sort((a, b) => a - b).join(' ')) as string;
    const sentAt = now - 60_000 - ageMs;
    const ids = new Map([
      [suffixOf(template.referralId), newPart(sentAt)],
      [suffixOf(world.sender.id), suffixOf(from.id)],
      [suffixOf(world.receiver.id), suffixOf(to.id)],
      [suffixOf(world.partnershipId), part],
      [suffixOf(world.sender.professionalId), suffixOf(from.professionalId)],
      [suffixOf(world.receiver.professionalId), suffixOf(to.professionalId)],
      [suffixOf(sendersEndpoint.id), suffixOf(from.endpointId)],
      [suffixOf(of.endpoint.id), suffixOf(to.endpointId)],
    ]);
    const change: Change = { ids, shiftMs: sentAt - template.sentAt };
    const lookups = [lookup(), lookup()];
    const own = await sealed(`ref_${ids.get(suffixOf(template.referralId))}`);
    const moved = new Map<number, number>();
    for (const { table, rows } of template.rows) {
      for (const [index, row] of rows.entries()) {
        const cloned = { ...cloneRow(row, change) };
        if (table === 'referrals') cloned.client_index = lookup();
        if (table === 'client_records')
          Object.assign(cloned, own.client_records, { lookups: JSON.stringify(lookups) });
        if (table === 'client_lookups') cloned.lookup = lookups[index] ?? lookup();
        if (table === 'consents') Object.assign(cloned, own.consents);
        if (table === 'events') {
          cloned.id = `evt_${newPart(Number(cloned.occurred_at))}`;
          let position = Number(cloned.occurred_at) * 1000;
          while (positions.get(position)) position += 1;
          moved.set(Number(row.position), position);
        }
        if (table === 'disclosures') cloned.position = null;
        else if ('position' in row) cloned.position = moved.get(Number(row.position)) ?? null;
        write(table, cloned);
      }
    }
  }

  const progress = startProgress('referrals', referrals);
  let added = 0;
  for (const shape of shapesIn(referrals, seed)) {
    if (added % ROWS_PER_TRANSACTION === 0) sqlite.exec(added === 0 ? 'begin' : 'commit; begin');
    await add(shape);
    added += 1;
    if (added % 100 === 0) progress.advance(100);
  }
  sqlite.exec('commit');
  progress.stop();
  await seal(sqlite);
  return { practices: count, deadEndpointId: (practices[DEAD] as Practice).endpointId };
}

/** Seals what was loaded, from the first of it on. */
async function seal(sqlite: DatabaseSync): Promise<void> {
  sqlite.exec(
    'update ledger_progress set version = version + 1, event_position = 0, disclosure_position = 0',
  );
  const waiting = () =>
    Number(
      sqlite
        .prepare(
          'select count(*) as n from events where position > (select event_position from ledger_progress)',
        )
        .get()?.n,
    );
  const database = new Database(asD1(sqlite, () => undefined));
  const keys = ledgerKeysOf({ ledgerKeys: JSON.parse(testSecrets.LEDGER_KEYS) });
  let left = waiting();
  const progress = startProgress('events to seal', left);
  while (left > 0) {
    await sealPending(database, keys);
    const now = waiting();
    progress.advance(left - now);
    left = now;
  }
  progress.stop();
}
