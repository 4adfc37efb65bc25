/** The cron trigger when everything is due at once: what one invocation may ask of D1, and that nobody is left behind. */
import { describe, expect, test, vi } from 'vitest';
import { checkReferrals, type Read } from '../src/ledger/chain/check.ts';
import { ledgerKeysOf } from '../src/ledger/chain/ledger-keys.ts';
import { recheckChains } from '../src/ledger/chain/recheck.ts';
import { sealPending } from '../src/ledger/chain/seal.ts';
import { runMinute, STATEMENTS_PER_RUN_MAX } from '../src/minute.ts';
import { always, DAY_MS, disable, MINUTE_MS } from './support/engine.steps.ts';
import { type Engine, START, settings, startEngine } from './support/engine.ts';

const EACH = 120;

const progress = JSON.stringify({
  state: 'sent',
  sent_at: 1,
  respond_by: START + DAY_MS,
  needs_info_since: null,
  needs_info_total_ms: 0,
});

/** So many referrals that differ in what is due; the first of them for the longest. */
function addReferrals(engine: Engine, kind: string, columns: Record<string, string>): void {
  const row: Record<string, string> = {
    id: `'ref_${kind}' || printf('%04d', n.value)`,
    sender_practice_id: "'prc_sender'",
    receiver_practice_id: "'prc_owner'",
    partnership_id: "''",
    sender_professional_id: "''",
    service: "''",
    reason: "''",
    urgency: "''",
    languages: "'[]'",
    client_jurisdiction: "'US-NE'",
    disclose: "'on_accept'",
    respond_within_ms: String(7 * DAY_MS),
    state: "'sent'",
    sent_at: '1',
    respond_by: String(START + DAY_MS),
    last_move: "'record_consent'",
    last_move_by: "'sender'",
    last_move_at: '1',
    version: '1',
    sender_version: '1',
    receiver_version: '1',
    sender_updated_at: '1',
    sender_state: "'sent'",
    sender_progress: `'${progress}'`,
    client_index: `'${kind}' || n.value`,
    duplicate_allowed: '1',
    created_at: '1',
    updated_at: '1',
    ...columns,
  };
  engine.rows(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < ${EACH})
     insert into referrals (${Object.keys(row).join(', ')}) select ${Object.values(row).join(', ')} from n`,
  );
}

/** More than one minute can do of everything that it does. */
async function fill(engine: Engine): Promise<void> {
  for (const guard of ['referrals_insert_needs_partnership', 'referrals_waiting_limit'])
    engine.rows(`drop trigger ${guard}`);
  engine.rows('pragma ignore_check_constraints = on');
  engine.rows(
    `insert or ignore into practices (id, name, city, jurisdiction, time_zone, scope_of_services, services, assessments,
       languages, capacity, capacity_updated_at, created_at, updated_at)
     select value, value, '', 'US-NE', 'UTC', '', '[]', '[]', '[]', 'accepting', 1, 1, 1
     from json_each('["prc_sender", "prc_owner"]')`,
  );
  const { id: waiting } = await engine.addEndpoint('prc_owner');
  const { id: disabled } = await engine.addEndpoint('prc_owner');
  await engine.addEndpoint('prc_sender');
  addReferrals(engine, 'due', { deadline: "'expire'", deadline_at: `${START} - ${EACH} + n.value` });
  addReferrals(engine, 'ending', {});
  engine.rows(
    `insert into consents (referral_id, method, categories, directions, sealed_purposes, disclose_on_send, part2, language,
       sealed_signature, granted_at, expires_at, recorded_by_key_id, recorded_at)
     select id, 'written', '[]', '[]', '', 0, 0, 'en', '', 1, ${START} - ${EACH} + substr(id, -4), '', 1
     from referrals where id like 'ref_ending%'`,
  );
  addReferrals(engine, 'old', {
    state: "'declined'",
    sender_progress: `json_set('${progress}', '$.ended_at', 1 + n.value)`,
  });
  // Held or waiting since long ago: events of their own, which nobody needs to be told.
  addReferrals(engine, 'told', {});
  for (const [state, endpointId, at, start] of [
    ['held', disabled, 'null', 1],
    ['pending', waiting, String(START - MINUTE_MS), 1 + EACH],
  ] as const) {
    engine.rows(
      `insert into events (position, id, type, referral_id, sequence, actor, data, occurred_at)
       select ${start} + substr(id, -4), '${state}' || id, 'referral.sent', id, ${start}, 'sender', '{}', 1
       from referrals where id like 'ref_told%'`,
    );
    engine.rows(
      `insert into deliveries (endpoint_id, position, state, next_attempt_at, created_at)
       select '${endpointId}', position, '${state}', ${at}, position from events where id like '${state}%'`,
    );
  }
  engine.rows(`insert into event_recipients (practice_id, position, sequence, needs_feedback)
    select 'prc_owner', position, null, 0 from events`);
  await disable(engine, disabled);
}

const LEFT = {
  deadlines: "select id from referrals where id like 'ref_due%' and state = 'sent' order by id",
  consents: 'select referral_id as id from consents where expiry_noted_at is null order by id',
  retention: "select id from referrals where id like 'ref_old%' and erased_at is null order by id",
  held: `select id from deliveries where position <= ${1 + EACH} and state = 'held' order by position`,
  pending: `select id from deliveries where position between ${2 + EACH} and ${2 + 2 * EACH} and state = 'pending' order by position`,
  seals:
    'select distinct referral_id as id from events where position > (select event_position from ledger_progress) order by id',
};
const leftOf = (engine: Engine) =>
  Object.entries(LEFT).map(([part, text]) => ({
    part,
    ids: engine.rows<{ id: string }>(text).map(({ id }) => id),
  }));

test('no minute asks D1 for more than it may, each part goes on in each, and in the end everything is done', async () => {
  const engine = await startEngine(always(200), {}, { inMemory: true });
  await engine.withoutParents(() => fill(engine));
  let before = leftOf(engine);
  for (let minutes = 0; before.some(({ ids }) => ids.length > 0); minutes += 1) {
    expect(minutes).toBeLessThan(12);
    const { statements } = engine.database.meter;
    await runMinute(engine.context);
    expect(engine.database.meter.statements - statements).toBeLessThanOrEqual(STATEMENTS_PER_RUN_MAX);
    const after = leftOf(engine);
    for (const [index, { part, ids }] of before.entries()) {
      const left = after[index]?.ids ?? [];
      if (ids.length > 0 && part !== 'seals') expect([part, left.length < ids.length]).toEqual([part, true]);
      // The oldest first: what is left is the end of what there was.
      if (part !== 'seals')
        expect([part, left]).toEqual([part, left.length > 0 ? ids.slice(-left.length) : []]);
    }
    before = after;
    engine.state.now += MINUTE_MS;
  }
  expect(
    engine.rows("select id from events where type = 'delivery.exhausted'").length,
  ).toBeGreaterThanOrEqual(2 * EACH);
});

test('one row that cannot be handled is logged, and holds up neither its own part nor another', async () => {
  const engine = await startEngine(always(200), {}, { inMemory: true });
  await engine.withoutParents(() => fill(engine));
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  engine.rows(
    "update referrals set languages = 'no JSON' where id in ('ref_due0001', 'ref_ending0001', 'ref_old0001')",
  );
  for (let minutes = 0; minutes < 12; minutes += 1) await runMinute(engine.context);
  const stuck = leftOf(engine).flatMap(({ part, ids }) => (part === 'seals' ? [] : ids));
  expect(stuck.sort()).toEqual(['ref_due0001', 'ref_ending0001', 'ref_old0001']);
  expect(JSON.stringify(log.mock.calls)).toContain('ref_ending0001');
  log.mockRestore();
});

test('chains that cannot be continued, however many, are logged, and the others are sealed with the same run', async () => {
  const engine = await startEngine(always(200), {}, { inMemory: true });
  await engine.withoutParents(() => fill(engine));
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  engine.rows(`insert into ledger_chains (referral_id, number, hash, has_consent, has_revocation, first_number, links)
    select distinct referral_id, 1, '', 0, 0, 1, 'null' from events where referral_id < 'ref_told0100'`);
  await sealPending(engine.database, ledgerKeysOf(settings));
  expect(engine.rows("select 1 from ledger_chains where links <> 'null'").length).toBe(EACH - 99);
  expect(log).toHaveBeenCalledTimes(99);
  log.mockRestore();
});

test('more than one run may seal is left to the next one', async () => {
  const engine = await startEngine(always(200), {}, { inMemory: true });
  await engine.withoutParents(() => fill(engine));
  engine.rows(`with recursive n(value) as (select 1 union all select value + 1 from n where value < 6000)
    insert into events (id, type, actor, data, occurred_at) select 'evt_' || value, 'practice.reinstated', 'operator', '{}', 1 from n`);
  const waiting = () =>
    engine.rows('select 1 from events where position > (select event_position from ledger_progress)').length;
  const before = waiting();
  await sealPending(engine.database, ledgerKeysOf(settings));
  expect(before - waiting()).toBe(5000);
  await sealPending(engine.database, ledgerKeysOf(settings));
  expect(waiting()).toBe(0);
});

describe('the rolling check of all chains', () => {
  const verdicts = (engine: Engine) =>
    engine.rows<{ after_id: string; last_id: string; checked_at: number; exceptions: string }>(
      'select * from ledger_checks order by last_id',
    );

  /** Referrals of one event each, in five pages. */
  function fillChains(engine: Engine): void {
    for (const guard of ['referrals_insert_needs_partnership', 'referrals_waiting_limit'])
      engine.rows(`drop trigger ${guard}`);
    for (const kind of ['a', 'b', 'c', 'd']) addReferrals(engine, kind, {});
    engine.rows(`insert into events (id, type, referral_id, sequence, actor, data, occurred_at)
      select 'evt_' || id, 'referral.sent', id, 1, 'sender', '{}', 1 from referrals order by id`);
  }

  test('comes to all of them, never checked ones first, then again to the oldest, and finds what was changed since', async () => {
    const engine = await startEngine(always(200), {}, { inMemory: true });
    await engine.withoutParents(() => fillChains(engine));
    const key = ledgerKeysOf(settings);
    await sealPending(engine.database, key);
    const minute = async () => {
      engine.state.now += MINUTE_MS;
      const { statements } = engine.database.meter;
      await recheckChains(engine.database.bounded(56), key, engine.state.now);
      expect(engine.database.meter.statements - statements).toBeLessThanOrEqual(56);
    };
    await minute();
    const ids = engine.rows<{ id: string }>('select id from referrals order by id').map(({ id }) => id);
    expect(verdicts(engine).map(({ after_id }) => after_id)).toEqual([
      '',
      ...[99, 199, 299, 399].map((at) => ids[at]),
    ]);
    expect(verdicts(engine).at(-1)?.last_id).toBe(ids.at(-1));
    expect(new Set(verdicts(engine).map(({ exceptions }) => exceptions))).toEqual(new Set(['{}']));
    engine.rows('drop trigger events_never_change');
    engine.rows("update events set actor = 'nobody' where referral_id = 'ref_b0007'");
    engine.rows("update referrals set created_at = 1e15 where id = 'ref_d0120'");
    await minute();
    expect(new Set(verdicts(engine).map(({ checked_at }) => checked_at))).toEqual(
      new Set([engine.state.now]),
    );
    const found = verdicts(engine).flatMap(({ exceptions }) => Object.entries(JSON.parse(exceptions)));
    expect(found).toEqual([['ref_b0007', expect.objectContaining({ kind: 'event', fault: 'changed' })]]);
  });

  test('follows a chain that is longer than one reading, and says nothing of one that is too long', async () => {
    const engine = await startEngine(always(200), {}, { inMemory: true });
    await engine.withoutParents(() => fillChains(engine));
    const key = ledgerKeysOf(settings);
    await engine.withoutParents(() => {
      engine.rows(`with recursive n(value) as (select 1 union all select value + 1 from n where value < 5500)
        insert into disclosures (number, referral_id, categories, way, key_id, disclosed_at)
        select value, 'ref_a0001', '[]', 'api', '', value from n`);
    });
    for (let runs = 0; runs < 2; runs += 1) await sealPending(engine.database, key);
    const reader: Read = (statements) =>
      engine.database.batch(statements.map((statement) => engine.database.query.all(statement)));
    const checkIt = (readingsMax?: number) =>
      checkReferrals(reader, key, 'ref_a0000', ['ref_a0001'], readingsMax);
    expect(await checkIt()).toEqual([
      {
        referral_id: 'ref_a0001',
        is_checked: true,
        sealed_count: 5501,
        pending_count: 0,
        first_broken: null,
      },
    ]);
    expect(await checkIt(1)).toMatchObject([{ is_checked: false, first_broken: null }]);
    engine.rows('drop trigger disclosures_never_change');
    engine.rows("update disclosures set categories = '[1]' where number = 5400");
    expect(await checkIt()).toMatchObject([{ first_broken: { number: 5401, fault: 'changed' } }]);
  });
});
