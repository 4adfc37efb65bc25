/** Standard Webhooks: the event as JSON, as it stands in the event feed. */
import * as v from 'valibot';
import { defineFormat, EVERYTHING, postJson } from './format.ts';
import { toFullEnvelope } from './input.ts';
import { readStatus } from './readings.ts';

export const standard = defineFormat({
  title: 'Standard Webhooks',
  settings: v.strictObject({}),
  secrets: [],
  signed: true,
  echoes: false,
  defaultUrl: null,
  hosts: null,
  eventTypes: null,
  carries: () => EVERYTHING,
  carriesNotice: () => true,
  request: (input) => postJson(input.url, toFullEnvelope(input)),
  read: (answer) => readStatus(answer),
});
