/** Wire types of choices. */
import * as v from 'valibot';
import { timeOut, timeOutOrNull } from '../../http/fields.ts';
import { REFERRAL_STATES } from '../../platform/db/states.ts';
import { DECLINE_REASONS } from '../codes.ts';
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
