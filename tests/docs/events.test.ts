/** The catalog of events: each type has a schema of its own, and what is told fits it. */
import { describe, expect, test } from 'vitest';
import { EVENT_TYPE_NAMES } from '../../src/ledger/event-types.ts';
import { exampleEnvelope } from '../../src/webhooks/formats/examples.ts';
import { document, faultsBy } from '../support/document.ts';

describe.each(EVENT_TYPE_NAMES)('%s', (type) => {
  const { post } = document.webhooks[type];
  const { schema } = post.requestBody.content['application/json'];

  test('has a schema that takes no other type, and an example that fits it', () => {
    expect(document.components.schemas.Event.oneOf).toContainEqual(schema);
    const example = exampleEnvelope(type);
    expect(faultsBy(schema, example)).toEqual([]);
    expect(faultsBy(schema, { ...example, type: 'another.type' })).not.toEqual([]);
  });

  test('says which headers come with it', () => {
    expect(post.parameters.map(({ $ref }: { $ref: string }) => $ref.split('/').at(-1))).toEqual([
      'WebhookId',
      'WebhookTimestamp',
      'WebhookSignature',
    ]);
  });
});
