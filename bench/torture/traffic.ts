/** What people and programs of many practices do, at random, while the server dies under them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPE_NAMES } from '../../src/ledger/event-types.ts';
import { clientOn } from '../../tests/support/client.ts';
import type { Answer, Call, Exchange } from '../../tests/support/harness.ts';
import {
  befriend,
  consentInput,
  createPractice,
  createWriter,
  type Practice,
} from '../../tests/support/world.ts';
import type { Act } from './observed.ts';
import type { Hook, Receivers } from './receivers.ts';

export interface Referral {
  readonly id: string;
  readonly sender: Practice;
  readonly receiver: Practice;
  readonly consentPath: string | null;
  readonly clientName: string;
}

export interface Traffic {
  readonly acts: Act[];
  readonly practices: readonly Practice[];
  readonly referrals: Referral[];
  /** Endpoints that are there from the beginning to the end. */
  readonly lasting: { readonly practice: Practice; readonly hook: Hook; readonly since: number }[];
}

const PRACTICES_COUNT = 6;
/** How often somebody whose request was cut off asks again, and with the same key. */
const REPEATS_OF_TEN = 7;

type Body = Record<string, unknown>;
const MOVES: readonly (readonly [name: string, by: 'sender' | 'receiver', body: Body | null])[] = [
  ['accept', 'receiver', null],
  ['accept', 'receiver', {}],
  ['accept', 'receiver', null],
  ['decline', 'receiver', { reason: 'at_capacity' }],
  ['request-info', 'receiver', { question: 'Tested before?' }],
  ['provide-info', 'sender', { answer: 'Not yet.' }],
  ['waitlist', 'receiver', null],
  ['contacts', 'receiver', { kind: 'attempted' }],
  ['engage', 'receiver', null],
  ['engage', 'receiver', null],
  ['not-engaged', 'receiver', { reason: 'no_show' }],
  ['complete', 'receiver', null],
  ['withdraw', 'sender', null],
  ['undo', 'receiver', null],
];

export async function startTraffic(
  exchange: Exchange,
  receivers: Receivers,
  random: () => number,
): Promise<Traffic & { readonly step: () => Promise<void> }> {
  const acts: Act[] = [];
  const referrals: Referral[] = [];
  const lasting: Traffic['lasting'] = [];
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

  const operator = await exchange.operatorKey();
  const practices: Practice[] = [];
  for (let index = 0; index < PRACTICES_COUNT; index += 1)
    practices.push(await (index % 2 === 0 ? createPractice : createWriter)(exchange, operator));
  const [hub, ...others] = practices as [Practice, ...Practice[]];
  for (const other of others) await befriend(exchange, other, hub);
  for (let index = 1; index < others.length; index += 1)
    await befriend(exchange, others[index - 1] as Practice, others[index] as Practice);
  const pairs = [
    ...others.map((other) => [hub, other] as const),
    ...others.slice(1).map((other, index) => [others[index] as Practice, other] as const),
  ];

  /** Sends it, and keeps what came of it; once more with its key where it was cut off, as a good client would. */
  async function act(
    what: Pick<Act, 'name' | 'referralId'> & {
      readonly practice: Practice | null;
      readonly clientName?: string;
    },
    path: string,
    call: Call,
  ): Promise<Answer | null> {
    const idempotencyKey =
      what.practice && call.method !== 'DELETE' && call.method !== 'PATCH' ? randomUUID() : null;
    const twice = idempotencyKey !== null && random() < 0.05;
    const once = async (): Promise<Answer | null> => {
      const at = Date.now();
      const headers = { ...call.headers, ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}) };
      const answer = await exchange
        .call(what.practice?.key ?? null, path, { ...call, headers })
        .catch(() => null);
      acts.push({
        number: acts.length,
        name: what.name,
        practiceId: what.practice?.id ?? null,
        referralId: what.referralId,
        idempotencyKey,
        at,
        status: answer?.status ?? null,
        resourceId: answer?.body?.id ?? null,
        clientName: what.clientName ?? null,
      });
      return answer;
    };
    const [first] = await Promise.all(twice ? [once(), once()] : [once()]);
    let answer = first ?? null;
    const isOpen = () => answer === null || answer.status === 503;
    while (isOpen() && idempotencyKey !== null && random() * 10 < REPEATS_OF_TEN) {
      await sleep(500);
      answer = await once();
    }
    return answer;
  }

  async function addEndpoint(practice: Practice, illness: number): Promise<Hook | null> {
    const { hook, url } = receivers.add(practice.id, illness);
    const body = { url, event_types: EVENT_TYPE_NAMES, payload: pick(['thin', 'full']) };
    const made = await act({ name: 'endpoint', referralId: null, practice }, '/v1/webhook-endpoints', {
      body,
    });
    if (made?.status !== 201) return null;
    hook.id = made.body.id;
    hook.secrets.push(made.body.secret);
    return hook;
  }
  for (const practice of practices) {
    for (const illness of [0, 0.5]) {
      const hook = await addEndpoint(practice, illness);
      if (!hook) throw new Error('no endpoint could be made');
      lasting.push({ practice, hook, since: Date.now() });
    }
  }

  async function send(): Promise<void> {
    const pair = pick(pairs);
    const [sender, receiver] = random() < 0.5 ? pair : [pair[1], pair[0]];
    const clientName = `Zebraclient${randomUUID().replaceAll(/[^a-f]/g, '')}${acts.length}`.replaceAll(
      /\d/g,
      (digit) => String.fromCharCode(103 + Number(digit)),
    );
    const hosted = random() < 0.3;
    const optional = ['reason', 'background', 'notes'].filter(() => random() < 0.5);
    const body = {
      receiver_practice_id: receiver.id,
      service: 'interview_coaching',
      reason: 'testing_needed',
      client_jurisdiction: 'US-NE',
      client: {
        identity: { given_name: 'Quillon', family_name: clientName },
        contact: { email: `${clientName.toLowerCase()}@client.example` },
        reason: 'Wants another field of work.',
        background: 'Fifteen years in retail.',
        notes: 'Prefers mornings.',
      },
      consent: hosted
        ? { method: 'hosted', purposes: ['Career counseling'] }
        : consentInput({
            categories: ['identity', 'contact', ...optional],
            directions: random() < 0.7 ? ['forward', 'feedback'] : ['forward'],
            disclose_on_send: random() < 0.3,
            signed_by: `Quillon ${clientName}`,
          }),
    };
    const sent = await act(
      { name: 'send', referralId: null, practice: sender, clientName },
      '/v1/referrals',
      { body },
    );
    if (sent?.status !== 201) return;
    const consentPath = sent.body.consent_url ? new URL(sent.body.consent_url).pathname : null;
    referrals.push({ id: sent.body.id, sender, receiver, consentPath, clientName });
  }

  async function moveOne(): Promise<void> {
    if (referrals.length === 0) return;
    // Mostly of late: older ones have ended.
    const referral = pick(random() < 0.8 ? referrals.slice(-20) : referrals);
    const [name, by, body] = pick(MOVES);
    const path = `/v1/referrals/${referral.id}/${name}`;
    await act({ name, referralId: referral.id, practice: referral[by] }, path, {
      method: 'POST',
      ...(body === null ? {} : { body }),
    });
  }

  /** On the page: what is pressed may be done or not where the answer is cut off, and nobody can tell by a key. */
  async function visit(): Promise<void> {
    const asked = referrals.filter(({ consentPath }) => consentPath !== null);
    if (asked.length === 0) return;
    const referral = pick(asked.slice(-15));
    const client = clientOn(exchange, referral.consentPath as string);
    const name = pick(['grant', 'grant', 'grant', 'deny', 'revoke'] as const);
    const press = { grant: () => client.agree('yes', ['reason']), deny: client.deny, revoke: client.revoke };
    let answer: Answer | null = null;
    const at = Date.now();
    try {
      await client.giveName(referral.clientName);
      answer = await press[name]();
    } catch {
      // Cut off.
    }
    acts.push({
      number: acts.length,
      name,
      practiceId: null,
      referralId: referral.id,
      idempotencyKey: null,
      at,
      // A page that comes back says in words whether it was done: the events tell.
      status: answer !== null && answer.status >= 500 ? answer.status : null,
      resourceId: null,
      clientName: null,
    });
  }

  async function report(): Promise<void> {
    if (receivers.callbacks.length === 0) return;
    const { url, referralId } = pick(receivers.callbacks.slice(-40));
    const outcome = pick(['accept', 'engage', 'complete'] as const);
    const body = { outcome };
    const answer = await exchange.call(null, new URL(url).pathname, { body }).catch(() => null);
    acts.push({
      number: acts.length,
      name: outcome,
      practiceId: null,
      // Also where no answer came: the outcome may be there all the same.
      referralId,
      idempotencyKey: null,
      at: Date.now(),
      status:
        answer === null || answer.body?.result !== 'done'
          ? answer?.status === 200
            ? 409
            : (answer?.status ?? null)
          : 200,
      resourceId: null,
      clientName: null,
    });
  }

  async function administer(): Promise<void> {
    const { practice, hook } = pick(lasting);
    const path = `/v1/webhook-endpoints/${hook.id}`;
    const by = { referralId: null, practice };
    const since = new Date(Date.now() - 60_000).toISOString();
    const things: readonly (() => Promise<unknown>)[] = [
      () => act({ name: 'disable', ...by }, `${path}/disable`, { method: 'POST' }),
      () => act({ name: 'enable', ...by }, `${path}/enable`, { method: 'POST' }),
      () => act({ name: 'enable', ...by }, `${path}/enable`, { method: 'POST' }),
      () => act({ name: 'replay', ...by }, `${path}/replay`, { body: { since } }),
      () => act({ name: 'ping', ...by }, `${path}/ping`, { method: 'POST' }),
      async () => {
        const rotated = await act({ name: 'rotate', ...by }, `${path}/rotate-secret`, { method: 'POST' });
        if (rotated?.body?.secret) hook.secrets.push(rotated.body.secret);
      },
      async () => {
        const passing = await addEndpoint(practice, 0.3);
        if (passing)
          await act({ name: 'delete', ...by }, `/v1/webhook-endpoints/${passing.id}`, { method: 'DELETE' });
      },
      async () => {
        const made = await act({ name: 'key', ...by }, '/v1/keys', {
          body: { name: 'passing', scopes: ['events:read'] },
        });
        if (made?.status === 201)
          await act({ name: 'revoke key', ...by }, `/v1/keys/${made.body.id}`, { method: 'DELETE' });
      },
    ];
    await pick(things)();
  }

  async function erase(): Promise<void> {
    if (referrals.length < 10) return;
    const { id, sender } = pick(referrals);
    await act({ name: 'erase', referralId: id, practice: sender }, `/v1/referrals/${id}/erase`, {
      method: 'POST',
    });
  }

  async function read(): Promise<void> {
    const practice = pick(practices);
    const paths = [
      '/v1/referrals?limit=20',
      '/v1/events?limit=50',
      '/v1/webhook-endpoints',
      '/v1/reports/reciprocity',
    ];
    const one = referrals.length > 0 && random() < 0.6 ? pick(referrals) : null;
    const path = one ? `/v1/referrals/${one.id}` : pick(paths);
    await act({ name: 'read', referralId: null, practice: one ? one.receiver : practice }, path, {
      method: 'GET',
    });
  }

  const WEIGHTS = [
    [24, send],
    [40, moveOne],
    [8, visit],
    [6, report],
    [6, administer],
    [1, erase],
    [15, read],
  ] as const;
  async function step(): Promise<void> {
    let at = random() * WEIGHTS.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, thing] of WEIGHTS) {
      at -= weight;
      if (at < 0) return thing();
    }
  }

  return { acts, practices, referrals, lasting, step };
}
