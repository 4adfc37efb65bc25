/** What a receiver's CRM calls without a key. */
import {
  CallbackAnswerSchema,
  CallbackAnswersSchema,
  CallbackReportSchema,
  callbackAnswerExample,
} from '../callbacks/callbacks.schemas.ts';
import { MESSAGES_MAX } from '../callbacks/messages.ts';
import { idPattern } from '../platform/db/ids.ts';
import type { ProblemCode } from '../platform/problem.ts';
import { headers, type Json, problemResponses } from './answers.ts';
import type { Schemas } from './schemas.ts';

export const CALLBACK_ERRORS = [
  'invalid_input',
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
  'unverified_caller',
  'not_found',
  'rate_limited',
  'internal',
  'unavailable',
  'busy',
  'illegal_transition',
  'invalid_state',
  'limit_reached',
  'consent_not_active',
  'practice_suspended',
  'practice_not_verified',
  'sender_not_eligible',
] as const satisfies readonly ProblemCode[];

function documentCallback(
  toSchema: Schemas['toSchema'],
  operationId: string,
  parameter: string,
  { pattern, words }: { readonly pattern: string; readonly words: string },
  summary: string,
  description: string,
  requestExample: unknown,
): Json {
  const report = toSchema(CallbackReportSchema, 'input');
  return {
    post: {
      operationId,
      tags: ['Callbacks'],
      summary,
      description,
      security: [],
      parameters: [
        {
          name: parameter,
          in: 'path',
          required: true,
          description: words,
          schema: { type: 'string', pattern },
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              oneOf: [report, { type: 'array', maxItems: MESSAGES_MAX, items: report }],
            },
            example: requestExample,
          },
          'application/x-www-form-urlencoded': {
            schema: report,
            example: { stage: 'won' },
          },
          'multipart/form-data': { schema: report, example: { stage: 'won' } },
        },
      },
      responses: {
        200: {
          description: 'How the referral stands.',
          headers: headers('X-Request-Id'),
          content: {
            'application/json': {
              schema: {
                oneOf: [toSchema(CallbackAnswerSchema, 'output'), toSchema(CallbackAnswersSchema, 'output')],
              },
              example: callbackAnswerExample,
            },
          },
        },
        ...problemResponses(CALLBACK_ERRORS),
      },
    },
  };
}

export const documentCallbacks = (toSchema: Schemas['toSchema']): Record<string, Json> => ({
  '/callback/{token}': documentCallback(
    toSchema,
    'reportByLink',
    'token',
    {
      pattern: '^[A-Za-z0-9_-]{1,500}$',
      words: 'The secret of the link: call the whole address as you got it.',
    },
    'Report what came of a referral',
    'The address is `data.callback_url` of each webhook to the receiver of a referral: opaque, for this referral, good for 30 days from the event. It needs no key. Say an `outcome` of those in `allowed_outcomes`, or post what your CRM posts: where the endpoint’s `callback.stages` name the stage that is found at one of `callback.stage_paths`, it means that outcome (and before `engage` and `complete` what the referral lacks on the way there). To say the same again changes nothing and is answered as `unchanged`; a stage that the referral has passed, too. `external_ids`, or the id at the endpoint’s `callback.record`, notes under which id your CRM knows the referral, with an outcome or without one. A form does as JSON does; an array of messages is answered by `results`, one for each. Where `callback.caller` is set, the caller has to prove that it is that one: by a header, a user name and a password, or its signature. A GET shows a page that asks a person; it changes nothing.',
    { outcome: 'accept' },
  ),
  '/callback/endpoints/{endpoint_id}': documentCallback(
    toSchema,
    'reportByEndpoint',
    'endpoint_id',
    { pattern: idPattern('endpoint').source, words: 'The id of the endpoint.' },
    'Report what came of any referral',
    'For CRMs whose webhooks know one address only. The endpoint’s `callback.caller` must be set, and the caller has to prove that it is that one. The referral is the one of yours whose id stands anywhere in the message, or at `callback.referral_path`, such as in a custom field into which the endpoint’s mapping wrote `referral.id`; a message without one is `ignored`, one with several is refused. To Pipedrive and EspoCRM, which take errors for faults of ours, a refusal is a 200 with `result: refused`; each refusal is also an event `endpoint.callback_refused` in your feed.',
    { data: { status: 'won', custom_fields: { '4d9f2c': { value: 'ref_01k8vb1s2wf7r8tck5e8t3d7m1' } } } },
  ),
});
