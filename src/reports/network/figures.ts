/** What is kept of a month of the whole network: counts that add up, practice by practice, and are exact. */
import { REFERRAL_STATES, type ReferralState } from '../../platform/db/states.ts';
import { BASE } from './rounding.ts';

/** How the endpoints of a format are. */
export const ENDPOINT_HEALTHS = ['working', 'failing', 'disabled', 'unconfirmed'] as const;

/** Times are counted by steps, so that those of different practices add up: eight steps make twice the time. */
export const STEPS_PER_DOUBLING = 8;

type Counts = Readonly<Record<string, number>>;
interface Times {
  /** How many practices they are of. */
  readonly practices: number;
  /** How many lie in each step. */
  readonly steps: Counts;
}

export interface Figures {
  readonly active: number;
  readonly sending: number;
  readonly receiving: number;
  /** Active, and without an active partnership. */
  readonly isolated: number;
  readonly partnerships: number;
  readonly states: Counts;
  readonly accept: Times;
  readonly engage: Times;
  /** By format, by health. */
  readonly endpoints: Readonly<Record<string, Counts>>;
  readonly pending_credentials: number;
  readonly waiting_cases: number;
}

export const NO_FIGURES: Figures = {
  active: 0,
  sending: 0,
  receiving: 0,
  isolated: 0,
  partnerships: 0,
  states: {},
  accept: { practices: 0, steps: {} },
  engage: { practices: 0, steps: {} },
  endpoints: {},
  pending_credentials: 0,
  waiting_cases: 0,
};

/** What one practice adds. Partnerships stand with whoever invited. */
export interface PracticeFacts {
  readonly is_active: boolean;
  readonly sends: boolean;
  readonly has_partner: boolean;
  readonly invited_partners: number;
  /** Of what it received. */
  readonly states: Counts;
  readonly accept: Counts;
  readonly engage: Counts;
  readonly endpoints: Readonly<Record<string, Counts>>;
}

function add(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

const addTimes = ({ practices, steps }: Times, one: Counts): Times => ({
  practices: practices + (Object.keys(one).length > 0 ? 1 : 0),
  steps: add(steps, one),
});

export function addPractice(sum: Figures, one: PracticeFacts): Figures {
  const endpoints: Record<string, Counts> = { ...sum.endpoints };
  for (const [format, healths] of Object.entries(one.endpoints))
    endpoints[format] = add(endpoints[format] ?? {}, healths);
  const isReceiving = Object.keys(one.states).length > 0;
  return {
    ...sum,
    active: sum.active + (one.is_active ? 1 : 0),
    sending: sum.sending + (one.sends ? 1 : 0),
    receiving: sum.receiving + (isReceiving ? 1 : 0),
    isolated: sum.isolated + (one.is_active && !one.has_partner ? 1 : 0),
    partnerships: sum.partnerships + one.invited_partners,
    states: add(sum.states, one.states),
    accept: addTimes(sum.accept, one.accept),
    engage: addTimes(sum.engage, one.engage),
    endpoints,
  };
}

/** Whether enough practices sent and received that their referrals are figures of the network, and not of one of them. */
export const hasEnough = ({ sending, receiving }: Figures) => sending >= BASE && receiving >= BASE;

/** Half took at most so long, by the nearest rank; null where fewer than five practices are behind it. */
export function medianOf({ practices, steps }: Times): number | null {
  if (practices < BASE) return null;
  const ascending = Object.entries(steps)
    .map(([step, count]) => [Number(step), count] as const)
    .sort(([a], [b]) => a - b);
  const half = ascending.reduce((all, [, count]) => all + count, 0) / 2;
  let passed = 0;
  for (const [step, count] of ascending) {
    passed += count;
    if (passed >= half) return Math.round(2 ** ((step + 1) / STEPS_PER_DOUBLING));
  }
  return null;
}

/** Half of what was accepted was within so many seconds; null where too few practices are behind it. */
export const medianToAccept = (figures: Figures) => (hasEnough(figures) ? medianOf(figures.accept) : null);

/** Those in which a referral can be once it was sent. */
export const SENT_STATES: readonly ReferralState[] = REFERRAL_STATES.filter(
  (state) => state !== 'awaiting_consent' && state !== 'consent_denied',
);
