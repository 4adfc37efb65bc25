/**
 * Every format by its name, and how the engine asks one:
 *
 *   const format = FORMATS[name];
 *   let progress = { kept, seen: {}, session };          // as stored; START for a new delivery
 *   const request = format.request(input, settings, progress);
 *   const reading = format.read(answer, progress, settings, input);
 *   // `continue`: store `kept` (and `session`, sealed), and ask again with these and what was `seen`
 */
import * as v from 'valibot';
import { EVENT_TYPE_NAMES, type EventType } from '../../ledger/event-types.ts';
import type { InputFault } from '../../platform/problem.ts';
import { cloudevents } from './cloudevents.ts';
import { flat } from './flat.ts';
import { type Format, MASK } from './format.ts';
import { hubspotContact, hubspotForm } from './hubspot.ts';
import { ENDINGS } from './leads.ts';
import { pipedriveLead } from './pipedrive.ts';
import { salesforceWebToLead } from './salesforce.ts';
import { salesforceLead } from './salesforce-lead.ts';
import { standard } from './standard.ts';
import { clioGrow, espoCrm, goHighLevel, lawmatics } from './template/presets.ts';
import { template } from './template/template.ts';
import { zohoLead } from './zoho.ts';

export const FORMATS = {
  standard,
  cloudevents,
  flat,
  salesforce_web_to_lead: salesforceWebToLead,
  salesforce_lead: salesforceLead,
  hubspot_form: hubspotForm,
  hubspot_contact: hubspotContact,
  pipedrive_lead: pipedriveLead,
  zoho_lead: zohoLead,
  clio_grow: clioGrow,
  gohighlevel: goHighLevel,
  lawmatics,
  espocrm: espoCrm,
  template,
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;
/** The shape of what is posted. @schema WebhookFormat */
export const FORMAT_NAMES = Object.keys(FORMATS) as [FormatName, ...FormatName[]];
export const FORMAT_DEFAULT: FormatName = 'standard';

/** More requests than the longest format makes: a fault in one does not loop. */
export const STEPS_MAX = 6;

export const formatOf = (name: FormatName): Format => FORMATS[name];

/** Of those that remember their record themselves. */
export const FORMATS_IN_TURN = FORMAT_NAMES.filter((name) => formatOf(name).goesInTurn);

/** A setting of an endpoint: plain ones are shown, secret ones stored sealed. */
export type FormatSettings = Readonly<Record<string, unknown>>;

/** Settings of the format that the endpoint has: each format has its own. @schema WebhookFormatSettings */
export const FormatSettingsSchema = v.record(v.string(), v.unknown(), 'must be an object');

export type SettingsResult =
  | { readonly settings: FormatSettings; readonly faults: null }
  | { readonly settings: null; readonly faults: readonly InputFault[] };

/** Checks settings when they are saved; the faults point into the request's body, below `pointer`. */
export function checkSettings(name: FormatName, value: unknown, pointer: string): SettingsResult {
  // Valibot takes an array for an object without required members.
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { settings: null, faults: [{ pointer, detail: 'must be an object' }] };
  const result = v.safeParse(formatOf(name).settings, value);
  if (result.success) return { settings: result.output as FormatSettings, faults: null };
  const faults = result.issues.map((issue) => ({
    pointer: [pointer, ...(issue.path ?? []).map(({ key }) => toPointerPart(String(key)))].join('/'),
    detail: detailOf(issue),
  }));
  return { settings: null, faults };
}

const toPointerPart = (key: string) => key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');

function detailOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== 'strict_object') return issue.message;
  if (issue.expected === 'Object')
    return issue.received === 'undefined' ? 'is required' : 'must be an object';
  return issue.expected === 'never' ? 'is no setting of this format' : 'is required';
}

/** What is wrong with the destination for this format, beyond what `refuseDestination` says; null where nothing is. */
export function refuseFormatUrl(name: FormatName, url: string, allowPrivate: boolean): string | null {
  const { hosts } = formatOf(name);
  if (hosts === null || allowPrivate || hosts.pattern.test(new URL(url).hostname)) return null;
  return hosts.hint;
}

/** Where else the endpoint posts, each with its pointer: judged as its own URL is. */
export const destinationsOf = (name: FormatName, settings: FormatSettings) =>
  (formatOf(name).destinations?.(settings) ?? []).map(({ pointer, url }) => ({
    pointer: `/format_settings${pointer}`,
    url,
  }));

/** What is wrong with these event types for this format; null where nothing is. None at all means the default ones. */
export function refuseEventTypes(name: FormatName, eventTypes: readonly string[]): string | null {
  const { eventTypes: known } = formatOf(name);
  const refused = known && eventTypes.find((type) => !known.allowed.includes(type as EventType));
  return refused ? `must be of ${known.allowed.join(', ')}: this format makes leads` : null;
}

/**
 * What is wrong with several events of one referral: each would make a record of its own. Null where nothing is.
 * @param eventTypes those that the endpoint gets
 */
export function refuseSeveral(
  name: FormatName,
  eventTypes: readonly string[],
  settings: FormatSettings,
): InputFault | null {
  const { eventTypes: known } = formatOf(name);
  if (!known || known.severalBy === undefined || eventTypes.length < 2) return null;
  if (known.severalBy === null)
    return {
      pointer: '/event_types',
      detail: `must be one of ${known.allowed.join(', ')}: this format makes a new record of each event`,
    };
  if (settings[known.severalBy] !== undefined) return null;
  return {
    pointer: `/format_settings/${known.severalBy}`,
    detail:
      'is required where more than one event type is told: by it the events of a referral find their record, and without it each makes a new one',
  };
}

/** What somebody should know of an endpoint that was saved. */
export interface Notice {
  readonly code: 'endings_not_told';
  readonly detail: string;
}

/**
 * Somebody might call a client who said no: said of a CRM that does not hear of it.
 * @param eventTypes those that the endpoint gets
 */
export function noticesOf(name: FormatName, eventTypes: readonly string[]): Notice[] {
  const { eventTypes: known, title } = formatOf(name);
  const missing = known && ENDINGS.filter((type) => !eventTypes.includes(type));
  if (!missing || missing.length === 0) return [];
  const [code, elsewhere] = [
    'endings_not_told' as const,
    'Let people work on the referral’s page (`page_links`), or have another endpoint mail these events (`flat`, to Zapier, Make or n8n).',
  ];
  return known.severalBy === null
    ? [
        {
          code,
          detail: `${title} cannot change a record that it made: ${missing.join(', ')} do not reach the CRM, and somebody might still call the client. ${elsewhere}`,
        },
      ]
    : [
        {
          code,
          detail: `\`event_types\` leaves out ${missing.join(', ')}: the CRM does not hear of them, and somebody might still call the client. Add them. Otherwise: ${elsewhere}`,
        },
      ];
}

/** The event types that an endpoint gets where it names none. */
export const eventTypesDefault = (name: FormatName): readonly EventType[] =>
  formatOf(name).eventTypes?.default ?? EVENT_TYPE_NAMES;

/** False where an event has no place in this format: leads are made of referrals received, not of one's own. */
export function isTold(name: FormatName, eventType: string, direction: 'sent' | 'received' | null): boolean {
  const { eventTypes } = formatOf(name);
  return eventTypes === null || (direction === 'received' && refuseEventTypes(name, [eventType]) === null);
}

/** The settings with nothing secret to read in them. */
export function maskSettings(name: FormatName, settings: FormatSettings): FormatSettings {
  const { mask, secrets } = formatOf(name);
  if (mask) return mask(settings) as FormatSettings;
  const masked = secrets.filter((secret) => settings[secret] !== undefined).map((secret) => [secret, MASK]);
  return { ...settings, ...Object.fromEntries(masked) };
}

/** The settings apart: those that may be read, and those to seal. */
export function splitSecrets(
  name: FormatName,
  settings: FormatSettings,
): { plain: FormatSettings; secret: FormatSettings } {
  const isSecret = (setting: string) => formatOf(name).secrets.includes(setting);
  const entries = Object.entries(settings);
  return {
    plain: Object.fromEntries(entries.filter(([setting]) => !isSecret(setting))),
    secret: Object.fromEntries(entries.filter(([setting]) => isSecret(setting))),
  };
}
