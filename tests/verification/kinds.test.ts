/** Insurance and NPI: what is handed in, what counts, who sees what of it, and that alone they make nobody verified. */
import { expect, test } from 'vitest';
import { decide, joinBy } from '../support/joining.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createPractice, expectStatus, nextYear, type Practice, referralInput } from '../support/world.ts';

useWorld();

const insurance = {
  kind: 'insurance',
  issuer: 'Plains Mutual',
  number: 'POLICY-77',
  starts_on: '2020-01-01',
  expires_on: nextYear,
};
const npi = { kind: 'npi', number: '1234567893' };
const handIn = (who: Pick<Practice, 'key' | 'professionalId'>, body: object) =>
  exchange.call(who.key, `/v1/practice/professionals/${who.professionalId}/credentials`, { body });
const verifyIt = (id: string) =>
  exchange.call(world.operator, `/v1/credentials/${id}/verify`, { body: { source: 'Certificate of cover' } });
async function hold(who: Practice, body: object): Promise<string> {
  const { id } = expectStatus(await handIn(who, body), 201).body;
  expectStatus(await verifyIt(id), 200);
  return id;
}
const requireAlso = async (also_requires: string[]) =>
  expectStatus(
    await exchange.call(world.operator, '/v1/operator/catalog', {
      body: {
        kind: 'profession',
        code: 'career_counselor',
        labels: { en: 'Career counselor', es: 'Orientador(a) profesional' },
        requires: 'licence',
        also_requires,
      },
    }),
    200,
  ).body;
const send = () => exchange.call(world.sender.key, '/v1/referrals', { body: referralInput(world.receiver) });
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

test.each([
  ['an NPI whose check digit does not fit', { kind: 'npi', number: '1234567890' }, '/number'],
  ['an NPI with a jurisdiction', { ...npi, jurisdiction: 'US-NE' }, '/jurisdiction'],
  ['an NPI that ends', { ...npi, expires_on: nextYear }, '/expires_on'],
  ['an insurance without its first day', { ...insurance, starts_on: undefined }, '/starts_on'],
  ['an insurance that ends before it begins', { ...insurance, starts_on: '2199-01-01' }, '/expires_on'],
  ['an insurance with a jurisdiction', { ...insurance, jurisdiction: 'US-NE' }, '/jurisdiction'],
  ['a licence without a jurisdiction', { ...insurance, kind: 'licence', title: 'L' }, '/jurisdiction'],
  ['another kind', { ...npi, kind: 'diploma' }, '/kind'],
])('%s is refused in its place', async (_name, body, pointer) => {
  const { status, body: problem } = await handIn(world.receiver, body);
  expect([status, problem.errors.map((one: { pointer: string }) => one.pointer)]).toEqual([
    422,
    expect.arrayContaining([pointer]),
  ]);
});

test('what is handed in is pending, with its own members, and an NPI does not end', async () => {
  const other = await createPractice(exchange, world.operator);
  expect(expectStatus(await handIn(other, npi), 201).body).toMatchObject({
    kind: 'npi',
    title: 'National Provider Identifier',
    number: npi.number,
    jurisdiction: null,
    starts_on: null,
    expires_on: null,
    status: 'pending',
    level: 'self_asserted',
  });
  const { body } = expectStatus(await handIn(other, insurance), 201);
  expect(body).toMatchObject({ ...insurance, title: 'Malpractice insurance', status: 'pending' });
  // To what knows only the first kinds it is nothing that counts.
  const [row] = await exchange.sql('select kind, expires_on from credentials where id = ?', body.id);
  expect(row).toEqual({ kind: 'membership', expires_on: '0001-01-01' });
  const before = (day: string) =>
    exchange.call(world.operator, `/v1/credentials?expires_before=${day}&limit=100`);
  expect(expectStatus(await before('1950-01-01'), 200).body.data).toEqual([]);
  const ids = expectStatus(await before('2199-12-31'), 200).body.data.map((one: { id: string }) => one.id);
  expect(ids).toContain(body.id);
});

test('a profession may require several: each of them, begun and in force, or nobody sends or receives in it', async () => {
  expect((await requireAlso(['insurance', 'npi'])).also_requires).toEqual(['insurance', 'npi']);
  expect(codeOf(await send())).toEqual([409, 'receiver_not_eligible']);
  await hold(world.receiver, npi);
  expect(codeOf(await send())).toEqual([409, 'receiver_not_eligible']);
  const policy = await hold(world.receiver, { ...insurance, starts_on: nextYear });
  expect(codeOf(await send())).toEqual([409, 'receiver_not_eligible']);
  const setCover = (change: string) => exchange.sql(`update credentials set ${change} where id = ?`, policy);
  await setCover("starts_on = '2020-01-01'");
  const sent = expectStatus(await send(), 201).body.id;
  // Of somebody else it is no help.
  const id = expectStatus(
    await exchange.call(world.receiver.key, '/v1/practice/professionals', {
      body: { name: 'Someone Else', profession: 'career_counselor' },
    }),
    201,
  ).body.id;
  await exchange.sql('update credentials set professional_id = ? where id = ?', id, policy);
  expect(codeOf(await send())).toEqual([409, 'receiver_not_eligible']);
  await exchange.sql(
    'update credentials set professional_id = ? where id = ?',
    world.receiver.professionalId,
    policy,
  );
  await setCover("further_until = '2020-01-02'");
  const accepted = await exchange.call(world.receiver.key, `/v1/referrals/${sent}/accept`, {
    method: 'POST',
  });
  expect(codeOf(accepted)).toEqual([403, 'practice_not_verified']);
  expect(accepted.body.detail).toContain('every verified');
  await requireAlso([]);
  expectStatus(await send(), 201);
});

test('alone they make nobody verified: not in the directory, not on a card, and no registration is admitted by them', async () => {
  const other = await createPractice(exchange, world.operator);
  await hold(other, insurance);
  await hold(other, npi);
  const read = async (path: string) => exchange.call(world.sender.key, path);
  const entry = async () => (await read(`/v1/directory/${other.id}`)).body.professionals[0].credentials;
  expect(await entry()).toEqual([
    expect.objectContaining({ kind: 'licence' }),
    {
      kind: 'insurance',
      title: 'Malpractice insurance',
      issuer: null,
      jurisdiction: null,
      expires_on: nextYear,
    },
    expect.objectContaining({ kind: 'npi', expires_on: null }),
  ]);
  const everywhere = JSON.stringify([
    (await read(`/v1/directory/${other.id}`)).body,
    (await read('/v1/directory?limit=100')).body,
  ]);
  expect(everywhere).not.toMatch(/POLICY-77|Plains Mutual|1234567893/);
  expect((await read('/v1/directory?q=Plains')).body.data).toEqual([]);
  await exchange.sql("update credentials set expires_on = '2020-01-01' where id = ?", other.credentialId);
  expect(await entry()).toEqual([]);
  const hit = (await read('/v1/directory?limit=100')).body.data.find(
    ({ id }: { id: string }) => id === other.id,
  );
  expect(hit.verified).toEqual([]);

  const joined = await joinBy(exchange, world.sender);
  const [person] = await exchange.sql<{ id: string }>(
    'select id from professionals where practice_id = ?',
    joined.practiceId,
  );
  for (const body of [insurance, npi]) {
    const path = `/v1/professionals/${person?.id}/credentials`;
    const { id } = expectStatus(await exchange.call(world.operator, path, { body }), 201).body;
    expectStatus(await verifyIt(id), 200);
  }
  expect(codeOf(await decide(exchange, world.operator, joined.id, 'admit'))).toEqual([409, 'invalid_state']);
  await expect(
    exchange.sql(
      "update join_invitations set decision = 'admitted', decided_at = 1, version = version + 1 where id = ?",
      joined.id,
    ),
  ).rejects.toThrow('guard: not verified');
});

test('the end of an insurance is told as any other, and an NPI has none', async () => {
  const other = await createPractice(exchange, world.operator);
  const policy = await hold(other, insurance);
  const identifier = await hold(other, npi);
  const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  await exchange.sql('update credentials set further_until = ? where id = ?', soon, policy);
  await exchange.sql('update credentials set notice_due_at = 0 where id in (?, ?)', policy, identifier);
  await exchange.minute();
  const { data } = expectStatus(await exchange.call(other.key, '/v1/events'), 200).body;
  const told = data.filter(({ type }: { type: string }) => type === 'credential.expiring');
  expect(told).toMatchObject([{ data: { credential_id: policy, expires_on: soon, days_left: 30 } }]);
});
