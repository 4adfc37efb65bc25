/** What a receiver says with each of its moves, and what of that is written: for the API, links and pages alike. */
import * as v from 'valibot';
import type { AnySchema } from '../http/operation.ts';
import { invalidInput } from '../platform/problem.ts';
import type { MoveDetails } from './move.ts';
import {
  AcceptSchema,
  ContactInputSchema,
  DeclineSchema,
  NotEngagedSchema,
  QuestionSchema,
} from './moves.schemas.ts';

interface Said<B> {
  readonly body: B;
  readonly exchange: { readonly now: number };
}

const input = <S extends AnySchema>(body: S, details: (said: Said<v.InferOutput<S>>) => MoveDetails) => ({
  body,
  details,
});

const nothing = input(v.strictObject({}), () => ({}));

export const MOVE_INPUTS = {
  waitlist: nothing,
  engage: nothing,
  complete: nothing,
  undo: nothing,
  accept: input(AcceptSchema, ({ body }) => ({ professionalId: body.professional_id })),
  decline: input(DeclineSchema, ({ body: { reason, note } }) => ({
    reason,
    message: note === undefined ? undefined : { kind: 'decline_note', text: note },
  })),
  request_info: input(QuestionSchema, ({ body }) => ({ message: { kind: 'question', text: body.question } })),
  record_contact: input(ContactInputSchema, ({ body, exchange: { now } }) => {
    const occurred_at = body.occurred_at ?? now;
    if (occurred_at > now)
      throw invalidInput([{ pointer: '/occurred_at', detail: 'must not be in the future' }]);
    return { contact: { kind: body.kind, occurred_at } };
  }),
  mark_not_engaged: input(NotEngagedSchema, ({ body: { reason, note } }) => ({
    reason,
    message: note === undefined ? undefined : { kind: 'not_engaged_note', text: note },
  })),
} as const;
