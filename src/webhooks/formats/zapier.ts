/** Zapier's REST hooks: the shapes in which Zapier subscribes, unsubscribes and asks for samples. */
import * as v from 'valibot';
import { line, oneOf } from '../../http/fields.ts';
import { EVENT_TYPE_NAMES, type EventType } from '../../ledger/event-types.ts';
import { exampleInput } from './examples.ts';
import { flattenInput } from './flat.ts';

/** The names are Zapier's own. */
export const ZapierSubscriptionSchema = v.strictObject({
  event: oneOf(EVENT_TYPE_NAMES),
  targetUrl: v.pipe(line(2000), v.url('must be a URL')),
});

export const ZapierSubscribedSchema = v.object({ id: v.string() });

export const ZapierSampleQuerySchema = v.strictObject({
  event: oneOf(EVENT_TYPE_NAMES),
  detail: v.optional(oneOf(['thin', 'full']), 'thin'),
});

/** Zapier wants a bare array, newest first, of what the hook would send. */
export const ZapierSampleSchema = v.array(
  v.objectWithRest(
    { id: v.string(), type: v.picklist(EVENT_TYPE_NAMES), timestamp: v.string() },
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
