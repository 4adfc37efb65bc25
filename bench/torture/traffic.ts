/** What people and programs of many practices do, at random, while the server dies under them. */
import { clientOn } from '../../tests/support/client.ts';
import type { Exchange } from '../../tests/support/harness.ts';
import {
  befriend,
  consentInput,
  createPractice,
  createWriter,
  type Practice,
} from '../../tests/support/world.ts';
import { choicesOf } from './choices.ts';
import { type LastingEndpoint, startEndpoints } from './endpoints.ts';
import { HOSTED, handOn, nextClientName, wishFor } from './hand.ts';
import type { Act, SeenChoice, SeenPrepared } from './observed.ts';
import { startPreparing } from './prepared.ts';
import type { Receivers } from './receivers.ts';

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
  readonly lasting: readonly LastingEndpoint[];
  /** Whose referrals to several, and whose prepared ones, they are. */
  readonly hub: Practice;
  readonly choices: readonly SeenChoice[];
  readonly prepared: readonly Pick<SeenPrepared, 'id'>[];
}

const PRACTICES_COUNT = 6;

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
  const hand = handOn(exchange, random);
  const { acts, act, note, pick, press } = hand;
  const referrals: Referral[] = [];

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

  const { lasting, administer } = await startEndpoints(hand, receivers, practices);
  const choosing = choicesOf(hand, hub, others, referrals);
  const preparing = await startPreparing(hand, operator, hub, referrals);

  async function send(): Promise<void> {
    const pair = pick(pairs);
    const [sender, receiver] = random() < 0.5 ? pair : [pair[1], pair[0]];
    const clientName = nextClientName(hand);
    const hosted = random() < 0.3;
    const optional = ['reason', 'background', 'notes'].filter(() => random() < 0.5);
    const body = {
      receiver_practice_id: receiver.id,
      ...wishFor(clientName),
      consent: hosted
        ? HOSTED
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

  async function visit(): Promise<void> {
    const asked = referrals.filter(({ consentPath }) => consentPath !== null);
    if (asked.length === 0) return;
    const { id, consentPath, clientName } = pick(asked.slice(-15));
    const client = clientOn(exchange, consentPath as string);
    const name = pick(['grant', 'grant', 'grant', 'deny', 'revoke'] as const);
    const answers = {
      grant: () => client.agree('yes', ['reason']),
      deny: client.deny,
      revoke: client.revoke,
    };
    await press({ name, referralId: id }, async () => {
      await client.giveName(clientName);
      return answers[name]();
    });
  }

  async function report(): Promise<void> {
    if (receivers.callbacks.length === 0) return;
    const { url, referralId } = pick(receivers.callbacks.slice(-40));
    const outcome = pick(['accept', 'engage', 'complete'] as const);
    const body = { outcome };
    const answer = await exchange.call(null, new URL(url).pathname, { body }).catch(() => null);
    // 200 says in words whether it was done.
    const refused = answer?.status === 200 && answer.body?.result !== 'done';
    // Also where no answer came: the outcome may be there all the same.
    note({ name: outcome, referralId, at: Date.now(), status: refused ? 409 : (answer?.status ?? null) });
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
    [22, send],
    [40, moveOne],
    [8, visit],
    [6, report],
    [6, administer],
    [1, erase],
    [12, read],
    [4, choosing.offer],
    [5, choosing.answer],
    [5, choosing.decline],
    [0.5, choosing.withdraw],
    [6, preparing.step],
  ] as const;
  async function step(): Promise<void> {
    let at = random() * WEIGHTS.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, thing] of WEIGHTS) {
      at -= weight;
      if (at < 0) return thing();
    }
  }

  return {
    acts,
    practices: [...practices, ...preparing.newcomers],
    referrals,
    lasting,
    hub,
    choices: choosing.choices,
    prepared: preparing.prepared,
    step,
  };
}
