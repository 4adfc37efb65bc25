/** Wire types of choices. */
import * as v from 'valibot';
import { timeOut, timeOutOrNull } from '../../http/fields.ts';
import { REFERRAL_STATES } from '../../platform/db/states.ts';
import { DECLINE_REASONS } from '../codes.ts';
import { sentExample } from '../referrals.examples.ts';
import { CHOICE_STATES, STANDINGS } from './standing.ts';

/** One practice among which the client chooses. @schema Candidate */
export const CandidateSchema = v.object({
  /** Its place in your order, from 1. */
  place: v.number(),
  /** Its place in the client’s order, from 1; null: the client did not name it, or has not answered yet. */
  rank: v.nullable(v.number()),
  /** The practice. */
  practice_id: v.string(),
  /** Its name. */
  name: v.string(),
  /** The referral to it. */
  referral_id: v.string(),
  /** How it stands in the choice. */
  standing: v.picklist(STANDINGS),
  /** How its referral stands, as far as you may know. */
  state: v.picklist(REFERRAL_STATES),
  /** When it was asked; null: not yet, or never. */
  asked_at: timeOutOrNull,
  /** Until when it has to answer; null while nothing is to be answered. */
  respond_by: timeOutOrNull,
  /** Why it declined. */
  decline_reason: v.nullable(v.picklist(DECLINE_REASONS)),
  /** When its referral came to its end, whatever that was. */
  ended_at: timeOutOrNull,
});

/** The practices among which a client chooses, and the way that it took, as far as you may know. @schema Choice */
export const ChoiceSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Goes up with each change of one of its referrals; also the `ETag`. */
  version: v.number(),
  /** How the whole stands. */
  state: v.picklist(CHOICE_STATES),
  /** The referral that is asked now, or that was accepted; null: none. */
  current_referral_id: v.nullable(v.string()),
  /** In your order. */
  candidates: v.array(CandidateSchema),
  /** When the client answered; null: not yet. */
  decided_at: timeOutOrNull,
  /** For the client. Shown once, when the link is made: pass it on. Null in every other answer. */
  consent_url: v.nullable(v.string()),
  /** When it was made. */
  created_at: timeOut,
  /** When one of its referrals last changed. */
  updated_at: timeOut,
});

const candidateExample = {
  place: 1,
  rank: 2,
  practice_id: sentExample.receiver.practice_id,
  name: sentExample.receiver.name,
  referral_id: sentExample.id,
  standing: 'in_line',
  state: 'awaiting_consent',
  asked_at: null,
  respond_by: null,
  decline_reason: null,
  ended_at: null,
};

export const choiceExample = {
  id: 'cho_01k8vb1s2we1c9r4m7t2x5n8d3',
  version: 7,
  state: 'asking',
  current_referral_id: 'ref_01k8vb1s2xe8v3n6q1w4z7c0ab',
  candidates: [
    candidateExample,
    {
      ...candidateExample,
      place: 2,
      rank: 1,
      practice_id: 'prc_01k8vaz3hhf7cs8zq8f6h0d8tq',
      name: 'Cottonwood Careers',
      referral_id: 'ref_01k8vb1s2xe8v3n6q1w4z7c0ab',
      standing: 'asked',
      state: 'sent',
      asked_at: '2026-10-06T08:10:00.000Z',
      respond_by: '2026-10-13T08:10:00.000Z',
    },
  ],
  decided_at: '2026-10-06T08:10:00.000Z',
  consent_url: null,
  created_at: '2026-10-05T14:05:00.000Z',
  updated_at: '2026-10-06T08:10:00.000Z',
};
