/** The torture's checker finds each kind of fault where it is planted, and none where there is none. */
import { expect, test } from 'vitest';
import { check } from '../../bench/torture/checker.ts';
import type { Act, Observed, Receipt, SeenEvent } from '../../bench/torture/observed.ts';
import { KINDS } from '../../bench/torture/violation.ts';

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
  choices: [],
  prepared: [],
  clients: [{ referralId: 'ref_1', clientName: 'Zebraclienta' }],
  receipts: [
    receipt('evt_1', { status: 500 }),
    ...EVENTS.map(({ id, type }) => receipt(id, { type, body: 'Quillon Zebraclienta' })),
  ],
  verifyLedgerExitCode: 0,
  namesInClear: [],
  endedAt: NOW + 100_000,
};

const choiceEvent = (sequence: number, type: string, referralId: string) =>
  event(sequence, type, { id: `evt_c${sequence}`, referralId });
/** A choice among two: the first declined, and so the second was asked. */
function choiceWith(more: readonly SeenEvent[] = [], firstState = 'declined'): Partial<Observed> {
  const first = [
    choiceEvent(11, 'referral.sent', 'ref_11'),
    choiceEvent(12, 'referral.declined', 'ref_11'),
    ...more,
  ];
  const second = [choiceEvent(13, 'referral.sent', 'ref_12')];
  const sent = (id: string, state: string) => ({ id, direction: 'sent' as const, state });
  const received = (id: string, state: string) => ({ id, direction: 'received' as const, state });
  const [sender, receiver] = GOOD.practices as [Receiver, Receiver];
  return {
    choices: [{ id: 'cho_1', referralIds: ['ref_11', 'ref_12', 'ref_13'] }],
    practices: [
      {
        ...sender,
        events: [...sender.events, ...first, ...second],
        referrals: [...sender.referrals, sent('ref_11', firstState), sent('ref_12', 'sent')],
        report: { givenCount: 2, receivedCount: 0 },
      },
      receiver,
      {
        ...receiver,
        id: 'prc_3',
        events: first,
        referrals: [received('ref_11', firstState)],
        endpoints: [],
      },
      {
        ...receiver,
        id: 'prc_4',
        events: second,
        referrals: [received('ref_12', 'sent')],
        endpoints: [],
      },
    ],
  };
}

/** A prepared referral with what was asked of it. */
const prepared = (state: string | null, referralId: string | null, ...asked: readonly Partial<Act>[]) => ({
  prepared: [{ id: 'prf_1', state, referralId }],
  acts: [
    ...GOOD.acts,
    act(20, { name: 'prepare', status: 201, resourceId: 'prf_1' }),
    ...asked.map((one, index) => act(21 + index, { referralId: 'prf_1', ...one })),
  ],
});
const sending = (resourceId: string | null, status: number | null = 201): Partial<Act> => ({
  name: 'send prepared',
  status,
  resourceId,
});

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
  ['two_asked', 'the next was asked, and the first still has it', choiceWith([], 'accepted')],
  [
    'two_asked',
    'a decline that was taken back after the next was asked',
    choiceWith([choiceEvent(14, 'referral.move_undone', 'ref_11')], 'declined'),
  ],
  [
    'wrong_report',
    'a choice that counts for as many as were asked',
    {
      ...choiceWith(),
      practices: choiceWith().practices?.map((one, index) =>
        index === 0 ? { ...one, report: { givenCount: 3, receivedCount: 0 } } : one,
      ) as Observed['practices'],
    },
  ],
  [
    'doubled',
    'a prepared referral that was sent twice',
    prepared('sent', 'ref_1', sending('ref_1'), sending('ref_2')),
  ],
  ['lost', 'a prepared referral that was sent and still waits', prepared('ready', null, sending('ref_1'))],
  ['lost', 'a prepared referral that is not there', prepared(null, null, sending(null, 409))],
  [
    'lost',
    'a prepared referral that was discarded and is there',
    prepared('ready', null, { name: 'discard', status: 204 }),
  ],
  ['in_clear', 'a name in the database', { namesInClear: ['Zebraclienta'] }],
];

test('a name may come to an endpoint of the receiver that was deleted since', () => {
  const receipts = [...GOOD.receipts, receipt('evt_2', { endpointId: 'wep_gone', body: 'Zebraclienta' })];
  expect(check({ ...GOOD, receipts })).toEqual([]);
});

test.each([
  ['of plain referrals', {}],
  ['with a choice that went on', choiceWith()],
  ['with a prepared referral that was sent', prepared('sent', 'ref_1', sending(null, 409), sending('ref_1'))],
  ['with one that may have been sent', prepared('sent', 'ref_1', sending(null, null))],
  ['with one that waits', prepared('waiting', null)],
  ['with one that was discarded', prepared(null, null, { name: 'discard', status: 204 })],
])('a run in which all held has no violation, %s', (_what, change) => {
  expect(check({ ...GOOD, ...change })).toEqual([]);
});

test.each(PLANTED)('%s: %s', (kind, _what, change) => {
  expect(check({ ...GOOD, ...change }).map((violation) => violation.kind)).toContain(kind);
});

test('each kind of violation has been planted', () => {
  expect([...new Set(PLANTED.map(([kind]) => kind))].sort()).toEqual([...KINDS].sort());
});
