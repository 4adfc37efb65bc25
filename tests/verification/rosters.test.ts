/** Credentials and the rosters of their boards: what is verified by itself, what waits, and what is never reached. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { daysAfter } from '../../src/platform/days.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import {
  createWorld,
  createWriter,
  expectStatus,
  nextYear,
  type Practice,
  referralInput,
  type World,
} from '../support/world.ts';

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

/** Before what a holder claims, and not over yet. */
const ENDS_EARLIER = daysAfter(nextYear, -30);

let count = 0;
const operator = async (path: string, body?: unknown, method?: string) =>
  exchange.call(world.operator, path, {
    ...(body === undefined ? {} : { body }),
    ...(method ? { method } : {}),
  });
const newBoard = async (settings: object = {}) => {
  count += 1;
  return expectStatus(
    await operator('/v1/boards', {
      name: `Board of ${count}`,
      jurisdiction: 'US-NE',
      title: 'Licence',
      ...settings,
    }),
    201,
  ).body;
};
interface Line {
  readonly number: string;
  readonly name: string;
  readonly status?: string;
  readonly expires_on?: string | null;
}
const sendRoster = async (boardId: string, lines: readonly Line[]) => {
  count += 1;
  const body = { as_of: '2026-10-01', source: 'The board’s file', fingerprint: `file ${count}` };
  const { id } = expectStatus(await operator(`/v1/boards/${boardId}/rosters`, body), 201).body;
  if (lines.length > 0)
    expectStatus(
      await operator(`/v1/rosters/${id}/lines`, {
        lines: lines.map((one, index) => ({ line: index + 1, ...one })),
      }),
      200,
    );
  expectStatus(await operator(`/v1/rosters/${id}/complete`, undefined, 'POST'), 200);
  await exchange.minute();
  return id as string;
};
/** A practice of its own, with a counselor whose licence it hands in itself. */
const handIn = async (
  board: { name: string; id: string },
  number: string,
  name = 'Jordan Alder',
  change: object = {},
) => {
  const practice = await createWriter(exchange, world.operator);
  const person = expectStatus(
    await exchange.call(practice.key, '/v1/practice/professionals', {
      body: { name, profession: 'psychologist' },
    }),
    201,
  ).body;
  const body = {
    kind: 'licence',
    title: 'Licence',
    issuer: board.name,
    number,
    jurisdiction: 'US-NE',
    expires_on: nextYear,
    ...change,
  };
  const held = await exchange.call(practice.key, `/v1/practice/professionals/${person.id}/credentials`, {
    body,
  });
  return { practice, credential: expectStatus(held, 201).body };
};
const read = async (id: string) => expectStatus(await operator(`/v1/credentials/${id}`), 200).body;
const eventsOf = async (practice: Practice, type: string) =>
  (await exchange.call(practice.key, '/v1/events?limit=100')).body.data.filter(
    (event: { type: string }) => event.type === type,
  );
const caseOf = async (credentialId: string) =>
  (await operator('/v1/verification-cases?limit=100')).body.data.find(
    (one: { credential_id: string }) => one.credential_id === credentialId,
  );
const decisionsOf = async (id: string) => (await operator(`/v1/credentials/${id}/decisions`)).body.data;

describe('a credential that a practice hands in', () => {
  test('is verified by its board’s roster when number, name and jurisdiction agree, before or after the roster came', async () => {
    const board = await newBoard();
    const early = await handIn(board, 'psy-0012');
    expect(early.credential).toMatchObject({ status: 'pending', level: 'self_asserted', board_id: board.id });
    const rosterId = await sendRoster(board.id, [
      { number: 'PSY 0012', name: 'ALDER, JORDAN QUINN', expires_on: '2031-01-31' },
      { number: 'PSY 0013', name: 'Reed, Mary' },
    ]);
    const late = await handIn(board, 'PSY0013', 'Mary Reed');
    expect(await read(early.credential.id)).toMatchObject({
      status: 'verified',
      level: 'registry_matched',
      expires_on: '2031-01-31',
      source: 'The board’s file, 2026-10-01',
    });
    expect((await read(late.credential.id)).status).toBe('pending');
    await exchange.minute();
    expect(await read(late.credential.id)).toMatchObject({ status: 'verified', expires_on: nextYear });
    expect(await eventsOf(early.practice, 'credential.verified')).toMatchObject([
      {},
      { data: { actor: 'system', credential_id: early.credential.id, state: 'verified' } },
    ]);
    const [decision] = await decisionsOf(early.credential.id);
    expect(decision).toMatchObject({
      decision: 'verified',
      decided_by: rosterId,
      source: 'The board’s file, 2026-10-01',
      evidence: { listed: { line: 1, name: 'ALDER, JORDAN QUINN', number: 'PSY 0012' } },
    });
  });

  test('waits for the operator with the difference shown where the roster disagrees; the decision keeps who, when and why', async () => {
    const board = await newBoard();
    const { practice, credential } = await handIn(board, 'X-1', 'Jordan Alder');
    const rosterId = await sendRoster(board.id, [
      { number: 'X-1', name: 'Adler, Jordan', expires_on: ENDS_EARLIER },
    ]);
    expect((await read(credential.id)).status).toBe('pending');
    const found = await caseOf(credential.id);
    expect(found).toMatchObject({
      kind: 'disagrees',
      credential_status: 'pending',
      practice_id: practice.id,
      roster_id: rosterId,
      differences: [
        { member: 'name', claimed: 'Jordan Alder', listed: 'Adler, Jordan' },
        { member: 'expires_on', claimed: nextYear, listed: ENDS_EARLIER },
      ],
    });
    const decided = { resolution: 'verified', reason: 'The board confirmed the marriage name.' };
    const path = `/v1/verification-cases/${found.id}/resolve`;
    expect(expectStatus(await operator(path, decided), 200).body).toMatchObject({ resolution: 'verified' });
    expect((await operator(path, decided)).body.code).toBe('invalid_state');
    expect(await read(credential.id)).toMatchObject({
      status: 'verified',
      level: 'source_verified',
      source: decided.reason,
    });
    expect(await caseOf(credential.id)).toBeUndefined();
    expect((await decisionsOf(credential.id)).map((one: { decision: string }) => one.decision)).toEqual([
      'verified',
      'queued',
    ]);
    // Verified again without a word where: what was said before still holds.
    const again = await operator(`/v1/credentials/${credential.id}/verify`, undefined, 'POST');
    expect(expectStatus(again, 200).body).toMatchObject({ source: decided.reason });
    // The same list again asks nothing again.
    await sendRoster(board.id, [{ number: 'X-1', name: 'Adler, Jordan', expires_on: ENDS_EARLIER }]);
    expect(await caseOf(credential.id)).toBeUndefined();
    await expect(exchange.sql("update credential_decisions set decision = 'rejected'")).rejects.toThrow(
      /never change/,
    );
    await expect(exchange.sql('delete from credential_decisions')).rejects.toThrow(/never go/);
  });

  test('of a number that somebody else is verified by waits, whoever names it second', async () => {
    const board = await newBoard();
    const first = await handIn(board, 'T-1');
    await sendRoster(board.id, [{ number: 'T-1', name: 'Jordan Alder' }]);
    expect((await read(first.credential.id)).status).toBe('verified');
    const second = await handIn(board, 't1');
    await exchange.minute();
    expect((await read(second.credential.id)).status).toBe('pending');
    expect(await caseOf(second.credential.id)).toMatchObject({ kind: 'claimed_twice' });
  });

  test('has its limits: another practice’s professional, a board that is none, thirty of one', async () => {
    const board = await newBoard();
    const { practice, credential } = await handIn(board, 'L-1');
    const body = {
      kind: 'licence',
      title: 'L',
      issuer: 'B',
      number: '2',
      jurisdiction: 'US-NE',
      expires_on: nextYear,
    };
    const path = (id: string) => `/v1/practice/professionals/${id}/credentials`;
    expect((await exchange.call(world.receiver.key, path(credential.professional_id), { body })).status).toBe(
      404,
    );
    const unknown = { ...body, board_id: 'brd_01aaaaaaaaaaaaaaaaaaaaaaaa' };
    expect(
      (await exchange.call(practice.key, path(credential.professional_id), { body: unknown })).body.errors[0]
        .pointer,
    ).toBe('/board_id');
    await exchange.sql(
      `with recursive n(v) as (select 2 union all select v + 1 from n where v < 30)
       insert into credentials (id, professional_id, kind, title, issuer, number, jurisdiction, expires_on, created_at, updated_at)
       select 'crd_' || v, ?, 'licence', 'L', 'B', v, 'US-NE', '2030-01-01', 1, 1 from n`,
      credential.professional_id,
    );
    expect((await exchange.call(practice.key, path(credential.professional_id), { body })).body.code).toBe(
      'limit_reached',
    );
  });
});

describe('a newer roster', () => {
  test('suspends or leaves to the operator what lapsed, was disciplined or is gone, and lifts what was renewed', async () => {
    const board = await newBoard({ when_unlisted: 'queue' });
    const names = ['Ann Lapsed', 'Bob Disciplined', 'Cy Unlisted', 'Di Fine'];
    const all = await Promise.all(names.map((name, index) => handIn(board, `N-${index}`, name)));
    await sendRoster(
      board.id,
      names.map((name, index) => ({ number: `N-${index}`, name })),
    );
    const states = () => Promise.all(all.map(async ({ credential }) => (await read(credential.id)).status));
    expect(await states()).toEqual(['verified', 'verified', 'verified', 'verified']);
    await sendRoster(board.id, [
      { number: 'N-0', name: 'Ann Lapsed', status: 'lapsed' },
      { number: 'N-1', name: 'Bob Disciplined', status: 'disciplined' },
      { number: 'N-3', name: 'Di Fine' },
    ]);
    expect(await states()).toEqual(['suspended', 'suspended', 'verified', 'verified']);
    const kinds = await Promise.all(all.map(async ({ credential }) => (await caseOf(credential.id))?.kind));
    expect(kinds).toEqual(['lapsed', 'disciplined', 'unlisted', undefined]);
    const [ann] = all;
    expect(await eventsOf(ann?.practice as Practice, 'credential.suspended')).toMatchObject([
      { data: { reason: 'lapsed' } },
    ]);
    expect(
      expectStatus(await operator(`/v1/boards/${board.id}`, { when_unlisted: 'suspend' }, 'PATCH'), 200).body
        .when_unlisted,
    ).toBe('suspend');
    await sendRoster(board.id, [
      { number: 'N-0', name: 'Ann Lapsed' },
      { number: 'N-1', name: 'Bob Disciplined' },
      { number: 'N-3', name: 'Di Fine' },
    ]);
    // What was disciplined, a list alone does not lift.
    expect(await states()).toEqual(['verified', 'suspended', 'suspended', 'verified']);
  });

  test('stops new referrals at once and leaves open ones readable; the directory no longer shows it', async () => {
    const board = await newBoard();
    const other = await createWorld(exchange);
    const { receiver, sender } = other;
    await exchange.sql(
      "update credentials set board_id = ?, number_key = 'L1', version = version + 1 where id = ?",
      board.id,
      receiver.credentialId,
    );
    const open = expectStatus(
      await exchange.call(sender.key, '/v1/referrals', { body: referralInput(receiver) }),
      201,
    ).body.id;
    const licensed = async () => {
      const { body } = await exchange.call(sender.key, '/v1/directory?licensed_in=US-NE&limit=100');
      return body.data.some(({ id }: { id: string }) => id === receiver.id);
    };
    expect(await licensed()).toBe(true);
    await sendRoster(board.id, [{ number: 'L-1', name: 'Jordan Alder', status: 'disciplined' }]);
    expect(await licensed()).toBe(false);
    const refused = await exchange.call(sender.key, '/v1/referrals', { body: referralInput(receiver) });
    expect(refused.status).toBe(409);
    expectStatus(await exchange.call(receiver.key, `/v1/referrals/${open}`), 200);
    expectStatus(await operator(`/v1/credentials/${receiver.credentialId}/verify`, {}), 200);
    expectStatus(await exchange.call(sender.key, '/v1/referrals', { body: referralInput(receiver) }), 201);
  });
});

describe('a roster', () => {
  test('takes parts again and in any order; of two lines with one number the later one counts; rejected ones are named', async () => {
    const board = await newBoard();
    const body = { as_of: '2026-10-01', source: 'F', fingerprint: 'same' };
    const begin = () => operator(`/v1/boards/${board.id}/rosters`, body);
    const { id } = expectStatus(await begin(), 201).body;
    const send = async (lines: unknown[]) =>
      expectStatus(await operator(`/v1/rosters/${id}/lines`, { lines }), 200).body;
    const last = [
      { line: 4, number: 'A-1', name: 'Later One' },
      { line: 5, number: '—', name: 'N' },
      { line: 6, number: '7' },
      'x',
    ];
    expect(await send(last)).toEqual({
      roster_id: id,
      accepted: 1,
      rejected: [
        { line: 5, reason: '/number must have a letter or a digit' },
        { line: 6, reason: '/name is required' },
        { line: null, reason: '/ must be an object' },
      ],
      last_line: 6,
    });
    await send([
      { line: 1, number: 'a1', name: 'Earlier One' },
      { line: 2, number: 'B', name: 'B', status: 'lapsed' },
    ]);
    await send(last);
    expect(expectStatus(await begin(), 201).body).toMatchObject({ id, last_line: 6 });
    expect(
      (await operator(`/v1/boards/${board.id}/rosters`, { ...body, fingerprint: 'other' })).body.code,
    ).toBe('invalid_state');
    const lines = await exchange.sql(
      'select number_key, name, line, status from roster_lines where board_id = ? order by number_key',
      board.id,
    );
    expect(lines).toEqual([
      { number_key: 'A1', name: 'Later One', line: 4, status: 'active' },
      { number_key: 'B', name: 'B', line: 2, status: 'lapsed' },
    ]);
    expectStatus(await operator(`/v1/rosters/${id}/complete`, undefined, 'POST'), 200);
    expect((await operator(`/v1/rosters/${id}/lines`, { lines: last })).body.code).toBe('invalid_state');
    expect((await operator(`/v1/rosters/${id}/complete`, undefined, 'POST')).body.code).toBe('invalid_state');
    await expect(
      exchange.sql('update rosters set completed_at = completed_at where id = ?; ', id),
    ).resolves.toBeDefined();
  });
});

describe('the end of a credential', () => {
  test('is told 60, 30 and 7 days before and when it is there, once each; new referrals stop, open ones stay readable', async () => {
    const { operator: key, receiver, sender } = await createWorld(exchange);
    const dayAt = (days: number) =>
      new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Chicago' }).format(
        Date.now() + days * 86_400_000,
      );
    const endIn = async (days: number) => {
      await exchange.sql(
        'update credentials set expires_on = ?, notice_due_at = 0, version = version + 1 where id = ?',
        dayAt(days),
        receiver.credentialId,
      );
      await exchange.minute();
      await exchange.minute();
    };
    const open = expectStatus(
      await exchange.call(sender.key, '/v1/referrals', { body: referralInput(receiver) }),
      201,
    ).body.id;
    for (const days of [200, 55, 20, 3]) await endIn(days);
    expect(
      (await eventsOf(receiver, 'credential.expiring')).map(
        ({ data }: { data: { days_left: number } }) => data.days_left,
      ),
    ).toEqual([60, 30, 7]);
    expect(await eventsOf(receiver, 'credential.expired')).toEqual([]);
    await endIn(-1);
    expect(await eventsOf(receiver, 'credential.expired')).toMatchObject([
      { data: { credential_id: receiver.credentialId, expires_on: dayAt(-1) } },
    ]);
    expect((await exchange.call(key, `/v1/credentials/${receiver.credentialId}`)).body.status).toBe('lapsed');
    expect((await exchange.call(sender.key, '/v1/referrals', { body: referralInput(receiver) })).status).toBe(
      409,
    );
    expectStatus(await exchange.call(receiver.key, `/v1/referrals/${open}`), 200);
  });

  test('is found by the operator, by status and last day', async () => {
    const list = async (query: string) => (await operator(`/v1/credentials?limit=100&${query}`)).body.data;
    const [board] = [await newBoard()];
    const { credential } = await handIn(board, 'Q-1', 'Jordan Alder', { expires_on: '2027-02-01' });
    const ids = (found: { id: string }[]) => found.map(({ id }) => id);
    expect(ids(await list('status=pending'))).toContain(credential.id);
    expect(ids(await list('expires_before=2027-02-02'))).toContain(credential.id);
    expect(ids(await list('expires_before=2027-02-01'))).not.toContain(credential.id);
    expect(ids(await list('status=verified'))).not.toContain(credential.id);
  });
});
