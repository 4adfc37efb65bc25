/**
 * What a practice may want to do next, each by a rule that is said to whoever reads it. They thank and remind: nothing
 * here is a debt, and every list stands by name or by date, never by who gave most.
 */
import { toTime } from '../http/fields.ts';
import { dayIn } from '../platform/days.ts';
import { DAY_MS } from '../platform/durations.ts';

/** A credential whose last day is so near ends soon. */
export const ENDING_DAYS = 60;
/** Of each insight so many are listed; all of them are counted. */
export const LISTED_MAX = 50;

/** A partnership as it stands now. `asked` are the practice's own referrals there that wait for its answer. */
export interface Standing {
  readonly partnership_id: string;
  readonly practice_id: string;
  readonly name: string;
  readonly is_dormant: boolean;
  /** When something last happened in it. */
  readonly quiet_since: number;
  readonly asked: readonly AskedReferral[];
}
interface AskedReferral {
  readonly referral_id: string;
  readonly sent_at: number;
}

/** A referral that waits for the practice's answer. */
export interface UnansweredReferral extends AskedReferral {
  readonly practice_id: string;
  readonly name: string;
  readonly respond_by: number;
}

/** A verified credential of the practice that counts. */
export interface HeldCredential {
  readonly credential_id: string;
  readonly professional_id: string;
  readonly professional_name: string;
  readonly kind: string;
  readonly title: string;
  readonly jurisdiction: string | null;
  readonly expires_on: string;
}

/** Half of what the whole network accepted was within so long, in the last month that was counted. */
export interface NetworkPace {
  readonly month: string;
  readonly median_seconds: number;
}

/** What insights are made of, beside the partners of the report. */
export interface Present {
  /** Null where fewer than five practices are behind it. */
  readonly network: NetworkPace | null;
  readonly standings: readonly Standing[];
  readonly unanswered: readonly UnansweredReferral[];
  readonly credentials: readonly HeldCredential[];
}

interface Named {
  readonly name: string;
  readonly practice_id: string;
}

interface Insight<T> {
  readonly count: number;
  readonly data: readonly T[];
}

const listed = <T>(all: readonly T[]): Insight<T> => ({ count: all.length, data: all.slice(0, LISTED_MAX) });

/** By name, and those of one name by id: an order that says nothing of anybody. */
export const byName = (a: Named, b: Named) =>
  a.name < b.name || (a.name === b.name && a.practice_id < b.practice_id) ? -1 : 1;

const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

function endingOf(credentials: readonly HeldCredential[], today: string) {
  const isRenewed = (one: HeldCredential) =>
    credentials.some(
      (other) =>
        other.professional_id === one.professional_id &&
        other.kind === one.kind &&
        other.title === one.title &&
        other.jurisdiction === one.jurisdiction &&
        other.expires_on > one.expires_on,
    );
  return credentials
    .filter((one) => one.expires_on >= today && daysBetween(today, one.expires_on) <= ENDING_DAYS)
    .filter((one) => !isRenewed(one))
    .map((one) => ({ ...one, days_left: daysBetween(today, one.expires_on) }))
    .sort((a, b) => (a.expires_on < b.expires_on ? -1 : a.expires_on > b.expires_on ? 1 : 0));
}

function waitingOf({ unanswered, standings }: Present) {
  const asked = new Map(
    standings.flatMap(({ practice_id, name, asked }) =>
      asked.map((one) => [one.referral_id, { ...one, practice_id, name }] as const),
    ),
  );
  const forAnswer = [...unanswered]
    .sort((a, b) => a.respond_by - b.respond_by)
    .map(({ referral_id, practice_id, name, sent_at, respond_by }) => ({
      referral_id,
      waits_for: 'answer' as const,
      practice_id,
      name,
      sent_at: toTime(sent_at),
      respond_by: toTime(respond_by),
    }));
  const forInformation = [...asked.values()]
    .sort((a, b) => a.sent_at - b.sent_at)
    .map(({ referral_id, practice_id, name, sent_at }) => ({
      referral_id,
      waits_for: 'information' as const,
      practice_id,
      name,
      sent_at: toTime(sent_at),
      // The clock stands still while a question waits.
      respond_by: null,
    }));
  return [...forAnswer, ...forInformation];
}

interface ReportedPartner extends Named {
  readonly referrals: { readonly received: number };
}

/** So many acceptances make a pace of one's own. */
const ACCEPTED_MIN = 5;

interface Pace {
  readonly count: number;
  readonly median_seconds: number | null;
}

function slowerOf(network: NetworkPace | null, { count, median_seconds }: Pace) {
  if (!network || median_seconds === null || count < ACCEPTED_MIN) return null;
  return median_seconds > network.median_seconds
    ? {
        count,
        median_seconds,
        network_month: network.month,
        network_median_seconds: network.median_seconds,
      }
    : null;
}

/** @param partners of the report, by name @param own how fast the practice accepted what it received */
export function toInsights(
  present: Present,
  partners: readonly ReportedPartner[],
  own: Pace,
  timeZone: string,
  now: number,
) {
  return {
    thank: listed(
      partners
        .filter(({ referrals }) => referrals.received > 0)
        .map(({ practice_id, name, referrals }) => ({ practice_id, name, received: referrals.received })),
    ),
    nurture: listed(
      present.standings
        .filter(({ is_dormant }) => is_dormant)
        .sort(byName)
        .map(({ partnership_id, practice_id, name, quiet_since }) => ({
          partnership_id,
          practice_id,
          name,
          quiet_since: toTime(quiet_since),
        })),
    ),
    slower: slowerOf(present.network, own),
    waiting: listed(waitingOf(present)),
    ending: listed(endingOf(present.credentials, dayIn(timeZone, now))),
  };
}
