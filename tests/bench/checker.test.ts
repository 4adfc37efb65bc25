/** The torture's checker finds each kind of fault where it is planted, and none where there is none. */
import { expect, test } from 'vitest';
import { check, KINDS } from '../../bench/torture/checker.ts';
import type { Act, Observed, Receipt, SeenEvent } from '../../bench/torture/observed.ts';

const NOW = Date.UTC(2026, 9, 5, 14);

const act = (number: number, change: Partial<Act>): Act => ({
  number,
  name: 'read',
  practiceId: 'prc_1',
  referralId: null,
  idempotencyKey: `key-${number}`,
  at: NOW + number,
  status: 200,
  resourceId: null,
  clientName: null,
  ...change,
});
const event = (sequence: number, type: string, change: Partial<SeenEvent> = {}): SeenEvent => ({
  id: `evt_${sequence}`,
  type,
  at: NOW + sequence,
  sequence,
  actor: 'receiver',
  referralId: 'ref_1',
  endpointId: null,
  ...change,
});
const EVENTS = [event(1, 'referral.sent'), event(2, 'referral.accepted'), event(3, 'referral.engaged')];
const receipt = (eventId: string, change: Partial<Receipt> = {}): Receipt => ({
  practiceId: 'prc_2',
  endpointId: 'wep_1',
  eventId,
  type: 'referral.sent',
  referralId: 'ref_1',
  at: NOW + 10,
  status: 200,
  isSignatureGood: true,
  body: 'thin',
  ...change,
});

/** One referral that was sent, accepted and engaged, and one that may have been sent and was not. */
const GOOD: Observed = {
  acts: [
    act(1, { name: 'send', status: 201, resourceId: 'ref_1', clientName: 'Zebraclienta' }),
    act(2, { name: 'send', status: null, clientName: 'Zebraclientb' }),
    act(3, {
      name: 'accept',
      practiceId: 'prc_2',
      referralId: 'ref_1',
      status: null,
      idempotencyKey: 'again',
    }),
    act(4, {
      name: 'accept',
      practiceId: 'prc_2',
      referralId: 'ref_1',
      resourceId: 'ref_1',
      idempotencyKey: 'again',
    }),
    act(5, { name: 'engage', practiceId: 'prc_2', referralId: 'ref_1', resourceId: 'ref_1' }),
    act(6, { name: 'engage', practiceId: 'prc_2', referralId: 'ref_1', status: 409 }),
  ],
  practices: [
    {
      id: 'prc_1',
      events: EVENTS,
      referrals: [{ id: 'ref_1', direction: 'sent', state: 'engaged' }],
      endpoints: [],
      report: { givenCount: 1, receivedCount: 0 },
    },
    {
      id: 'prc_2',
      events: EVENTS,
      referrals: [{ id: 'ref_1', direction: 'received', state: 'engaged' }],
      endpoints: [
        {
          id: 'wep_1',
          since: NOW,
          enabled: true,
          eventTypes: EVENTS.map(({ type }) => type),
          deliveries: EVENTS.map(({ id }) => ({
            id: `dlv_${id}`,
            eventId: id,
            state: 'delivered',
            nextAttemptAt: null,
          })),
        },
      ],
      report: { givenCount: 0, receivedCount: 1 },
    },
  ],
  histories: [
    {
      referralId: 'ref_1',
      senderId: 'prc_1',
      isChainIntact: true,
      consent: { from: NOW - 1000, until: NOW + 1000, categories: ['identity', 'reason'] },
      disclosures: [{ at: NOW + 5, practiceId: 'prc_2', categories: ['identity'] }],
    },
  ],
  receipts: [
    receipt('evt_1', { status: 500 }),
    ...EVENTS.map(({ id, type }) => receipt(id, { type, body: 'Quillon Zebraclienta' })),
  ],
  verifyLedgerExitCode: 0,
  namesInClear: [],
  endedAt: NOW + 100_000,
};

type Receiver = Observed['practices'][number];
const atReceiver = (change: (receiver: Receiver) => Partial<Receiver>): Partial<Observed> => ({
  practices: GOOD.practices.map((one, index) => (index === 1 ? { ...one, ...change(one) } : one)),
});
const atEndpoint = (change: Partial<Receiver['endpoints'][number]>) =>
  atReceiver(({ endpoints }) => ({ endpoints: endpoints.map((one) => ({ ...one, ...change })) }));
const delivery = (change: Partial<Receiver['endpoints'][number]['deliveries'][number]>) =>
  GOOD.practices[1]?.endpoints[0]?.deliveries.map((one, index) =>
    index === 0 ? { ...one, ...change } : one,
  );
const history = (change: Partial<Observed['histories'][number]>) => ({
  histories: GOOD.histories.map((one) => ({ ...one, ...change })),
});
const withEvents = (events: readonly SeenEvent[]): Partial<Observed> => ({
  practices: GOOD.practices.map((one) => ({ ...one, events })),
});
const isOf = (number: number) => (one: Act) => one.number === number;
const changed = (number: number, change: Partial<Act>) => ({
  acts: GOOD.acts.map((one) => (isOf(number)(one) ? { ...one, ...change } : one)),
});

const PLANTED: readonly (readonly [kind: (typeof KINDS)[number], what: string, Partial<Observed>])[] = [
  ['fault', 'a request was answered 500', changed(6, { status: 500 })],
  ['lost', 'an acknowledged referral is not there', changed(1, { resourceId: 'ref_2' })],
  [
    'lost',
    'an acknowledged move left no event',
    withEvents(EVENTS.filter(({ type }) => type !== 'referral.engaged')),
  ],
  [
    'doubled',
    'a move that was repeated with its key was done twice',
    withEvents([...EVENTS, event(4, 'referral.move_undone'), event(5, 'referral.accepted')]),
  ],
  [
    'repeated_otherwise',
    'the same key was answered with another thing',
    { acts: [...GOOD.acts, act(7, { idempotencyKey: 'again', resourceId: 'ref_9' })] },
  ],
  [
    'out_of_order',
    'two events have one number',
    withEvents(EVENTS.map((one) => ({ ...one, sequence: one.sequence === 3 ? 2 : one.sequence }))),
  ],
  [
    'illegal_path',
    'it engaged before it was accepted',
    withEvents(
      [EVENTS[0], EVENTS[2], EVENTS[1]].map((one, index) => ({ ...(one as SeenEvent), sequence: index + 1 })),
    ),
  ],
  [
    'no_change',
    'an event without its change',
    atReceiver(({ referrals }) => ({ referrals: referrals.map((one) => ({ ...one, state: 'accepted' })) })),
  ],
  ['no_change', 'events of a referral that is half there', atReceiver(() => ({ referrals: [] }))],
  ['no_event', 'a change without its event', atReceiver(() => ({ events: [] }))],
  [
    'no_event',
    'a webhook told what never happened',
    { receipts: [...GOOD.receipts, receipt('evt_9', { type: 'referral.completed' })] },
  ],
  [
    'undelivered',
    'an event that nobody will be told of',
    atEndpoint({ deliveries: delivery({ eventId: 'evt_2' }) ?? [] }),
  ],
  [
    'undelivered',
    'a delivery that is called delivered and was not taken',
    { receipts: GOOD.receipts.map((one) => (one.eventId === 'evt_2' ? { ...one, status: 500 } : one)) },
  ],
  [
    'unscheduled',
    'a delivery that is due and left alone',
    atEndpoint({ deliveries: delivery({ state: 'pending', nextAttemptAt: NOW }) ?? [] }),
  ],
  [
    'unscheduled',
    'held where nothing holds it',
    atEndpoint({ deliveries: delivery({ state: 'held' }) ?? [] }),
  ],
  [
    'unsigned',
    'a signature that is wrong',
    { receipts: [...GOOD.receipts, receipt('evt_1', { isSignatureGood: false })] },
  ],
  ['undisclosed', 'a name that came and is not in the log', history({ disclosures: [] })],
  [
    'undisclosed',
    'a name that came to another practice',
    { receipts: [...GOOD.receipts, receipt('evt_2', { practiceId: 'prc_3', body: 'Zebraclienta' })] },
  ],
  [
    'outside_consent',
    'disclosed after the consent was taken back',
    history({ consent: { from: NOW - 1000, until: NOW + 5, categories: ['identity'] } }),
  ],
  [
    'outside_consent',
    'more than the consent covers',
    history({ disclosures: [{ at: NOW + 5, practiceId: 'prc_2', categories: ['identity', 'notes'] }] }),
  ],
  ['broken_chain', 'a history that was changed', history({ isChainIntact: false })],
  ['broken_chain', 'a whole ledger that does not hold', { verifyLedgerExitCode: 1 }],
  [
    'wrong_report',
    'a report that counts otherwise',
    atReceiver(() => ({ report: { givenCount: 0, receivedCount: 2 } })),
  ],
  ['in_clear', 'a name in the database', { namesInClear: ['Zebraclienta'] }],
];

test('a name may come to an endpoint of the receiver that was deleted since', () => {
  const receipts = [...GOOD.receipts, receipt('evt_2', { endpointId: 'wep_gone', body: 'Zebraclienta' })];
  expect(check({ ...GOOD, receipts })).toEqual([]);
});

test('a run in which all held has no violation', () => {
  expect(check(GOOD)).toEqual([]);
});

test.each(PLANTED)('%s: %s', (kind, _what, change) => {
  expect(check({ ...GOOD, ...change }).map((violation) => violation.kind)).toContain(kind);
});

test('each kind of violation has been planted', () => {
  expect([...new Set(PLANTED.map(([kind]) => kind))].sort()).toEqual([...KINDS].sort());
});
