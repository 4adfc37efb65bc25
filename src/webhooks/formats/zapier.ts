/** Zapier's REST hooks: the shapes in which Zapier subscribes, unsubscribes and asks for samples. */
import * as v from 'valibot';
import { line, oneOf } from '../../http/fields.ts';
import { EVENT_TYPE_NAMES, type EventType } from '../../ledger/event-types.ts';
import { exampleInput } from './examples.ts';
import { flattenInput } from './flat.ts';

/** A subscription in Zapier’s words. @schema ZapierSubscription */
export const ZapierSubscriptionSchema = v.strictObject({
  /** The type of event that the Zap wants. */
  event: oneOf(EVENT_TYPE_NAMES),
  /** Where Zapier takes it. */
  targetUrl: v.pipe(line(2000), v.url('must be a URL')),
});

/** A subscription that was made. @schema ZapierSubscribed */
export const ZapierSubscribedSchema = v.object({
  /** The webhook endpoint that was made. */
  id: v.string(),
});

export const ZapierSampleQuerySchema = v.strictObject({
  /** The type of event. */
  event: oneOf(EVENT_TYPE_NAMES),
  /** How much is shown. */
  detail: v.optional(
    oneOf([
      /** As an endpoint with `payload: thin` gets it. */
      'thin',
      /** As one with `payload: full`. */
      'full',
    ]),
    'thin',
  ),
});

/** What the hook would send, newest first. @schema ZapierSample */
export const ZapierSampleSchema = v.array(
  v.objectWithRest(
    {
      /** The event. */
      id: v.string(),
      /** Its type. */
      type: v.picklist(EVENT_TYPE_NAMES),
      /** When it happened. */
      timestamp: v.string(),
    },
    v.nullable(v.union([v.string(), v.number(), v.boolean()])),
  ),
);

export const ZAPIER_HOST = 'hooks.zapier.com';
const SAMPLE_URL = `https://${ZAPIER_HOST}/hooks/standard/1/2/`;

export const sampleOf = (
  type: EventType,
  detail: 'thin' | 'full',
): v.InferOutput<typeof ZapierSampleSchema> => [
  flattenInput(exampleInput(type, SAMPLE_URL, detail)) as v.InferOutput<typeof ZapierSampleSchema>[number],
];
