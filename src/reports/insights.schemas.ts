import * as v from 'valibot';
import { timeOut, timeOutOrNull } from '../http/fields.ts';
import { CREDENTIAL_KINDS } from '../platform/db/schema.ts';

const insightOf = <T extends v.GenericSchema>(item: T) =>
  v.object({
    /** How many there are. */
    count: v.number(),
    /** Of these at most 50. */
    data: v.array(item),
  });

/** What you may want to do next, by rules that are said here: it thanks and reminds, and presents no debt. @schema Insights */
export const InsightsSchema = v.object({
  /** Whom to thank: the partners who sent you a referral in these months, by name. */
  thank: insightOf(
    v.object({
      /** The partner. */
      practice_id: v.string(),
      /** Its name. */
      name: v.string(),
      /** How many you received. */
      received: v.number(),
    }),
  ),
  /** Whom to get in touch with: active partnerships in which nothing was sent, thanked for or agreed in 90 days, by name. */
  nurture: insightOf(
    v.object({
      /** The partnership. */
      partnership_id: v.string(),
      /** The partner. */
      practice_id: v.string(),
      /** Its name. */
      name: v.string(),
      /** When something last was; referrals to the day. */
      quiet_since: timeOut,
    }),
  ),
  /**
   * Whether you accept more slowly than the network: half of the at least five referrals that you accepted in these months
   * took longer than half of all that were accepted in the last month that the network counted, where at least five
   * practices are behind that figure. Null where it is not so.
   */
  slower: v.nullable(
    v.object({
      /** How many you accepted. */
      count: v.number(),
      /** Half of them took at most so many seconds. */
      median_seconds: v.number(),
      /** The network’s month, `YYYY-MM`, by UTC. */
      network_month: v.string(),
      /** Half of the network’s took at most so many seconds, rounded up by at most a tenth. */
      network_median_seconds: v.number(),
    }),
  ),
  /**
   * Which referrals wait on you now: those that you were sent and did not answer, the nearest end of their time first,
   * then those of yours about which the receiver asked you something, the oldest first.
   */
  waiting: insightOf(
    v.object({
      /** The referral. */
      referral_id: v.string(),
      /** For what it waits. */
      waits_for: v.picklist([
        /** You were sent it: accept it, decline it or ask. */
        'answer',
        /** You sent it, and its receiver asked you something. */
        'information',
      ]),
      /** The practice on the other side. */
      practice_id: v.string(),
      /** Its name. */
      name: v.string(),
      /** When it was sent. */
      sent_at: timeOut,
      /** Until when you may answer; null where you were asked something: then the clock stands still. */
      respond_by: timeOutOrNull,
    }),
  ),
  /**
   * Which credentials of yours end soon: verified, their last day is today or within the next 60 days, and the
   * professional has no such one that lasts longer. The first to end first.
   */
  ending: insightOf(
    v.object({
      /** The credential. */
      credential_id: v.string(),
      /** Whose it is. */
      professional_id: v.string(),
      /** The professional’s name. */
      professional_name: v.string(),
      /** What it is. */
      kind: v.picklist(CREDENTIAL_KINDS),
      /** Its title. */
      title: v.string(),
      /** Where it holds; null where it has no such place. */
      jurisdiction: v.nullable(v.string()),
      /** Its last day. */
      expires_on: v.string(),
      /** So many days from today. */
      days_left: v.number(),
    }),
  ),
});

export const insightsExample: v.InferOutput<typeof InsightsSchema> = {
  thank: { count: 0, data: [] },
  nurture: {
    count: 1,
    data: [
      {
        partnership_id: 'prt_01k8vaz3q8e4xr5n0v2k6h9bcw',
        practice_id: 'prc_01k8vayw3mf5tr0n4c7q1x8zkd',
        name: 'Oak Street Coaching',
        quiet_since: '2026-06-30T15:00:00.000Z',
      },
    ],
  },
  slower: null,
  waiting: { count: 0, data: [] },
  ending: { count: 0, data: [] },
};
