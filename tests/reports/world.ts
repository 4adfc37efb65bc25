/** Random histories, made by what makes them in the exchange: every move, undo, erasure and consent is its own. */
import fc from 'fast-check';
import { revokeConsent } from '../../src/consents/consents.repository.ts';
import { allowsFeedback, feedbackUntil, isActive } from '../../src/consents/consents.schemas.ts';
import { Database, type Statements } from '../../src/platform/db/database.ts';
import { newId } from '../../src/platform/db/ids.ts';
import { consents, practices, referrals } from '../../src/platform/db/schema.ts';
import { eraseReferral } from '../../src/privacy/erasure.ts';
import { changeReferral, revokeReferral } from '../../src/referrals/change.ts';
import { DECLINE_REASONS, NOT_ENGAGED_REASONS, REASONS } from '../../src/referrals/codes.ts';
import {
  allowedMoves,
  applyMove,
  isFinal,
  type Move,
  NEW_PROGRESS,
  type Party,
} from '../../src/referrals/lifecycle.ts';
import { lastMoveOf, progressOf, senderProgressOf } from '../../src/referrals/told.ts';
import { conceal, type NamedReferralRow, reveal, type TrueReferral } from '../../src/referrals/truth.ts';
import type { Exchange } from '../support/harness.ts';
import type { Happening, History } from './slow.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** What is drawn of one referral; numbers choose among what is possible when it is their turn. */
export const anyPlan = fc.record({
  sender: fc.nat(2),
  receiver: fc.nat(1),
  reason: fc.nat(REASONS.length - 1),
  sentAfter: fc.oneof(
    fc.nat(110 * 24 * 60),
    fc.constantFrom(0, 1, 31, 61, 92, 123).map((day) => day * 24 * 60),
  ),
  respondDays: fc.constantFrom(1, 7, 14, 30),
  feedback: fc.boolean(),
  consentDays: fc.constantFrom(2, 30, 90, 365),
  follows: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.nat(99)),
  steps: fc.array(
    fc.record({
      // A day at most, then whatever comes: a sender that is told in time, and late corrections.
      gapMinutes: fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 24 * 60 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * 24 * 60 }) },
      ),
      choice: fc.integer({ min: 0, max: 9999 }),
    }),
    { minLength: 1, maxLength: 7 },
  ),
});
export type PlannedReferral = typeof anyPlan extends fc.Arbitrary<infer T> ? T : never;

interface Live {
  readonly history: History & { readonly happened: Happening[] };
  readonly plan: PlannedReferral;
  readonly consent: typeof consents.$inferInsert;
  referral: TrueReferral;
  consentRevokedAt: number | null;
  isErased: boolean;
  /** Of the plan, the next one; null while it is not sent. */
  step: number | null;
  stepAt: number;
  nextAt: number;
}

export class HistoryWorld {
  readonly database: Database;
  readonly practices: { readonly id: string; timeZone: string }[] = [];
  readonly histories: History[] = [];
  #live: Live[] = [];
  #partnerships = new Map<string, { id: string }>();
  #people = new Map<string, string>();

  /** Whether anything comes after an acceptance of which the sender is told nothing; null: whatever is drawn. */
  readonly #twin: 'eventful' | 'eventless' | null;

  constructor(exchange: Exchange, twin: 'eventful' | 'eventless' | null = null) {
    this.#twin = twin;
    this.database = new Database(exchange.env.DB as never);
  }

  #write(statements: unknown): Promise<unknown> {
    return this.database.batch(statements as Statements);
  }

  async found(zones: readonly string[]): Promise<void> {
    const { query } = this.database;
    for (const [index, timeZone] of zones.entries()) {
      const id = newId('practice');
      this.practices.push({ id, timeZone });
      const person = newId('professional');
      this.#people.set(id, person);
      const none: string[] = [];
      const common = {
        version: 1,
        status: 'active' as const,
        jurisdiction: 'US-NE',
        created_at: 1,
        updated_at: 1,
      };
      await this.#write([
        query.insert(practices).values({
          ...common,
          id,
          name: `Practice ${index}`,
          city: 'Omaha',
          time_zone: timeZone,
          scope_of_services: 'S',
          services: none,
          assessments: none,
          languages: none,
          capacity: 'accepting',
          capacity_updated_at: 1,
        }),
        query.run(
          `insert into professionals (id, practice_id, name, profession, created_at) values ('${person}', '${id}', 'P', 'social_worker', 1)`,
        ),
      ]);
    }
    for (const a of this.practices)
      for (const b of this.practices.filter(({ id }) => id > a.id)) {
        const partnership = { id: newId('partnership') };
        this.#partnerships.set(`${a.id} ${b.id}`, partnership).set(`${b.id} ${a.id}`, partnership);
        await this.#write([
          query.run(
            `insert into partnerships (id, state, inviter_practice_id, invitee_practice_id, pair, message, created_at, updated_at)
             values ('${partnership.id}', 'active', '${a.id}', '${b.id}', '${a.id} ${b.id}', 'M', 1, 1)`,
          ),
        ]);
      }
  }

  /** What will happen from `start` on. */
  schedule(plans: readonly PlannedReferral[], start: number): void {
    const ordered = [...plans].sort((a, b) => a.sentAfter - b.sentAfter);
    for (const plan of ordered) {
      const sender = this.practices[plan.sender] as { id: string };
      const receiver = this.practices.filter(({ id }) => id !== sender.id)[plan.receiver] as { id: string };
      const sentAt = start + plan.sentAfter * MINUTE;
      const earlier = this.#live.filter(
        ({ history }) => history.sentAt < sentAt && [history.sender, history.receiver].includes(sender.id),
      );
      const followed =
        plan.follows === null || earlier.length === 0
          ? null
          : earlier[plan.follows % earlier.length]?.history;
      const history = {
        id: newId('referral'),
        sender: sender.id,
        receiver: receiver.id,
        // Who follows may be the one who sent it, or the one who got it.
        previous: followed
          ? { id: followed.id, sender: followed.sender === sender.id ? sender.id : '' }
          : null,
        reason: REASONS[plan.reason] as string,
        sentAt,
        respondWithin: plan.respondDays * DAY,
        feedback: plan.feedback,
        consentUntil: sentAt + plan.consentDays * DAY,
        happened: [] as Happening[],
      };
      const consent = {
        referral_id: history.id,
        method: 'written' as const,
        categories: ['identity'],
        directions: plan.feedback ? ['forward', 'feedback'] : ['forward'],
        sealed_purposes: 'x',
        disclose_on_send: false,
        part2: false,
        language: 'en',
        sealed_signature: 'x',
        granted_at: sentAt,
        expires_at: history.consentUntil,
        recorded_by_key_id: 'k',
        recorded_at: sentAt,
      };
      this.#live.push({
        history,
        plan,
        consent,
        referral: conceal({} as NamedReferralRow),
        consentRevokedAt: null,
        isErased: false,
        step: null,
        stepAt: sentAt,
        nextAt: sentAt,
      });
    }
  }

  /** Everything that happens up to `now`, in its order. */
  async goTo(now: number): Promise<void> {
    for (;;) {
      const [next] = this.#live.filter(({ nextAt }) => nextAt <= now).sort((a, b) => a.nextAt - b.nextAt);
      if (!next) return;
      if (next.step === null) {
        await this.#send(next);
        this.#plan(next, 0);
      } else if (this.#isOver(next)) {
        await this.#expire(next);
      } else {
        await this.#happen(next, next.step);
        this.#plan(next, next.step + 1);
      }
      next.nextAt = Math.min(next.stepAt, this.#endOf(next));
    }
  }

  #plan(live: Live, step: number): void {
    const planned = live.plan.steps[step];
    live.step = step;
    live.stepAt = planned ? live.nextAt + 1 + planned.gapMinutes * MINUTE : Number.POSITIVE_INFINITY;
  }

  /** When it ends by itself, if nothing else happens. */
  #endOf({ referral, nextAt, history }: Live): number {
    const { state, respond_by } = progressOf(reveal(referral));
    const ends = [
      ...(state === 'sent' && respond_by !== null ? [respond_by] : []),
      ...(state === 'sent' || state === 'needs_info' ? [history.consentUntil] : []),
    ];
    return Math.max(nextAt + 1, Math.min(Number.POSITIVE_INFINITY, ...ends));
  }

  #isOver({ referral, nextAt, history }: Live): boolean {
    const { state, respond_by } = progressOf(reveal(referral));
    const isLate = state === 'sent' && respond_by !== null && nextAt >= respond_by;
    return isLate || ((state === 'sent' || state === 'needs_info') && nextAt >= history.consentUntil);
  }

  async #expire(live: Live): Promise<void> {
    const change = { move: 'expire' as const, by: 'system' as const, feedback: false };
    const changed = changeReferral(this.database.query, live.referral, change, live.nextAt);
    await this.#write(changed.statements);
    live.referral = changed.referral;
    live.history.happened.push({ at: live.nextAt, what: 'expire' });
  }

  async #send(live: Live): Promise<void> {
    const { history, consent } = live;
    const { query } = this.database;
    const now = history.sentAt;
    const progress = applyMove(NEW_PROGRESS, 'record_consent', now, {
      respondWithinMs: history.respondWithin,
    });
    const columns = {
      ...progress,
      id: history.id,
      version: 1,
      sender_practice_id: history.sender,
      receiver_practice_id: history.receiver,
      partnership_id: this.#partnerships.get(`${history.sender} ${history.receiver}`)?.id ?? '',
      sender_professional_id: this.#people.get(history.sender) ?? '',
      previous_id: history.previous?.id ?? null,
      service: 'career_counseling',
      reason: history.reason,
      urgency: 'routine',
      languages: [],
      client_city: null,
      client_jurisdiction: 'US-NE',
      disclose: 'on_accept' as const,
      respond_within_ms: history.respondWithin,
      last_move: 'record_consent',
      last_move_by: 'sender',
      last_move_at: now,
      undo_progress: null,
      deadline: null,
      deadline_at: null,
      receiver_version: 1,
      receiver_updated_at: now,
      sender_version: 1,
      sender_updated_at: now,
      sender_state: progress.state,
      sender_progress: progress,
      client_index: history.id,
      duplicate_allowed: true,
      erased_at: null,
      consent_ended_at: null,
      created_at: now,
      updated_at: now,
      reached_at: null,
      reached_confirmed: null,
      sender_feedback_until: feedbackUntil(consent),
      source_event_id: null,
      choice_id: null,
      choice_place: null,
      choice_rank: null,
    };
    const status = 'active' as const;
    const names = { sender_name: '', receiver_name: '', sender_status: status, receiver_status: status };
    live.referral = conceal({ ...columns, ...names });
    await this.#write([query.insert(referrals).values(columns), query.insert(consents).values(consent)]);
    this.histories.push(history);
  }

  #possible({ referral, history, consentRevokedAt, isErased }: Live, now: number) {
    const row = reveal(referral);
    const progress = progressOf(row);
    const told = senderProgressOf(row);
    const active = isActive({ revoked_at: consentRevokedAt, expires_at: history.consentUntil }, now);
    if (isErased) return [];
    if (this.#twin && !history.feedback && told.accepted_at !== null && !isFinal(told.state)) {
      // What the sender is told is the same in both: the receiver goes on unseen, the client may end it.
      const hidden = allowedMoves(progress, lastMoveOf(row), 'receiver', now).filter(
        (move) => move !== 'undo',
      );
      const unseen = this.#twin === 'eventful' ? [hidden[0], hidden.at(-1), hidden[1]] : [null, null, null];
      return [
        ...unseen.map((move) => (move ? { move, by: 'receiver' as const } : null)),
        active ? { move: 'revoke' as const, by: 'client' as const } : null,
        { move: 'erase' as const, by: 'sender' as const },
      ];
    }
    const of = (party: Party) => allowedMoves(progress, lastMoveOf(row), party, now);
    // What its sender has gone on from is declined for good.
    const isFollowed = this.histories.some(
      ({ sender, previous }) => sender === history.sender && previous?.id === history.id,
    );
    const mayUndo = progress.state !== 'declined' || !isFollowed;
    const receivers = of('receiver').filter(
      (move) => (move !== 'accept' || active) && (move !== 'undo' || mayUndo),
    );
    // What the sender may do is judged by what it knows.
    const senders = of('sender').filter((move) =>
      allowedMoves(told, lastMoveOf(row), 'sender', now).includes(move),
    );
    const isOpen = !isFinal(progress.state);
    // A receiver goes on more often than anything else.
    const onwards = receivers.map((move) => ({ move, by: 'receiver' as const }));
    return [
      ...[onwards, onwards, onwards, onwards].flat(),
      ...senders.map((move) => ({ move, by: 'sender' as const })),
      ...(active && isOpen ? [{ move: 'revoke' as const, by: 'client' as const }] : []),
      ...(now > history.sentAt + DAY ? [{ move: 'erase' as const, by: 'sender' as const }] : []),
    ];
  }

  async #happen(live: Live, step: number): Promise<void> {
    const { history, plan } = live;
    const { query } = this.database;
    const now = live.nextAt;
    const choice = plan.steps[step]?.choice ?? 0;
    const consent = { ...live.consent, revoked_at: live.consentRevokedAt } as typeof consents.$inferSelect;
    const possible = this.#possible(live, now);
    const chosen = possible[choice % Math.max(1, possible.length)];
    if (!chosen) return;
    const { move, by } = chosen;
    if (move === 'revoke' || move === 'erase') {
      const done =
        move === 'revoke'
          ? { ...revokeReferral(query, live.referral, now), revokes: true }
          : eraseReferral(query, live.referral, 'sender', now);
      await this.#write([
        ...(done.revokes ? [revokeConsent(query, history.id, now)] : []),
        ...done.statements,
      ]);
      live.referral = done.referral;
      if (done.revokes) live.consentRevokedAt ??= now;
      live.isErased ||= move === 'erase';
      history.happened.push({ at: now, what: move });
      return;
    }
    const reasons: Partial<Record<Move, readonly string[]>> = {
      decline: DECLINE_REASONS,
      mark_not_engaged: NOT_ENGAGED_REASONS,
    };
    const list = reasons[move];
    const reason = list?.[choice % list.length];
    const change = { move, by, reason, feedback: allowsFeedback(consent, now) };
    const changed = changeReferral(query, live.referral, change, now);
    await this.#write(changed.statements);
    live.referral = changed.referral;
    history.happened.push({
      at: now,
      what: move as Happening['what'],
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
