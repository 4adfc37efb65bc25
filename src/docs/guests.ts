/** What who was invited to join calls without a key. */

import type { AnySchema } from '../http/operation.ts';
import {
  JoinPageSchema,
  RegistrationRequestSchema,
  RegistrationStatusSchema,
  registrationRequestExample,
} from '../joining/joining.schemas.ts';
import { TERMS, TERMS_VERSION } from '../joining/terms.ts';
import { CreatedKeySchema, keyExample } from '../keys/keys.schemas.ts';
import type { ProblemCode } from '../platform/problem.ts';
import { headers, type Json, problemResponses } from './answers.ts';
import type { Schemas } from './schemas.ts';

const READ_ERRORS = [
  'not_found',
  'rate_limited',
  'internal',
  'unavailable',
] as const satisfies readonly ProblemCode[];
const REGISTER_ERRORS = [
  ...READ_ERRORS,
  'invalid_input',
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
  'invalid_state',
  'busy',
] as const satisfies readonly ProblemCode[];
const KEY_ERRORS = [
  ...READ_ERRORS,
  'invalid_state',
  'practice_suspended',
  'busy',
] as const satisfies readonly ProblemCode[];

export const GUEST_ERRORS: readonly (readonly ProblemCode[])[] = [READ_ERRORS, REGISTER_ERRORS, KEY_ERRORS];

const TOKEN: Json = {
  name: 'token',
  in: 'path',
  required: true,
  description: 'What stands behind `/join/` in the link.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,512}$' },
};

const URL_EXAMPLE = 'https://exchange.example/join/wL4Kw8xFkSXfKr94wBTOGa5nszf9CJ1WojbwO8xFkSXf';

interface Call {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly body?: { readonly schema: AnySchema; readonly example: unknown };
  readonly status: 200 | 201;
  readonly says: string;
  readonly answer: AnySchema;
  readonly example: unknown;
  readonly errors: readonly ProblemCode[];
}

const document = (toSchema: Schemas['toSchema'], call: Call): Json => ({
  operationId: call.id,
  tags: ['Joining'],
  summary: call.summary,
  description: call.description,
  security: [],
  parameters: [TOKEN, ...(call.body ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [])],
  ...(call.body
    ? {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: toSchema(call.body.schema, 'input'),
              example: call.body.example,
            },
          },
        },
      }
    : {}),
  responses: {
    [call.status]: {
      description: call.says,
      headers: headers('X-Request-Id'),
      content: { 'application/json': { schema: toSchema(call.answer, 'output'), example: call.example } },
    },
    ...problemResponses(call.errors),
  },
});

const waiting = {
  state: 'waiting',
  practice_id: keyExample.practice_id,
  registration_url: URL_EXAMPLE,
  refusal_reason: null,
};

export const documentGuests = (toSchema: Schemas['toSchema']): Record<string, Json> => ({
  '/v1/join/{token}': {
    get: document(toSchema, {
      id: 'getJoinPage',
      summary: 'Read what a link to join leads to',
      description:
        'Who invites, with which message, and the terms. Needs no key: the link is the secret. Its page for people is the link itself.',
      status: 200,
      says: 'What stands behind the link.',
      answer: JoinPageSchema,
      example: {
        state: 'invited',
        inviter_name: 'Prairie Résumés',
        message: 'We met at the library’s career day. Here we could refer to each other.',
        expires_at: '2026-11-01T10:00:00.000Z',
        terms: { version: TERMS_VERSION, ...TERMS },
      },
      errors: READ_ERRORS,
    }),
    post: document(toSchema, {
      id: 'registerByLink',
      summary: 'Register by an invitation',
      description:
        'Once a link. The practice may do nothing yet, and stands in no directory: the operator verifies the credential, or a roster does, and admits her. The answer has her own link: what comes then is told there and nowhere else. With an `Idempotency-Key` the same request again gives the same answer, so that its loss costs nothing.',
      body: { schema: RegistrationRequestSchema, example: registrationRequestExample },
      status: 201,
      says: 'She is registered.',
      answer: RegistrationStatusSchema,
      example: waiting,
      errors: REGISTER_ERRORS,
    }),
  },
  '/v1/join/{token}/registration': {
    get: document(toSchema, {
      id: 'getRegistration',
      summary: 'Read what came of a registration',
      description: 'With the token of her own link.',
      status: 200,
      says: 'How it stands.',
      answer: RegistrationStatusSchema,
      example: { ...waiting, state: 'admitted' },
      errors: READ_ERRORS,
    }),
  },
  '/v1/join/{token}/first-key': {
    post: document(toSchema, {
      id: 'takeFirstKey',
      summary: 'Take the first key',
      description:
        'With the token of her own link, once she is admitted. `secret` is shown this once. Where the answer was lost, call again: as long as the key was not used, another one takes its place and the one before stops working.',
      status: 201,
      says: 'The key.',
      answer: CreatedKeySchema,
      example: {
        ...keyExample,
        name: 'First key',
        expires_at: null,
        created_by_key_id: null,
        secret: `rx_${'0123456789abcdef'.repeat(4)}01234567`,
      },
      errors: KEY_ERRORS,
    }),
  },
});
