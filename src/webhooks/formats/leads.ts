/** What the CRM formats share: which events they tell, and the settings that each of them has. */
import * as v from 'valibot';
import { line } from '../../http/fields.ts';
import type { EventType } from '../../ledger/event-types.ts';
import type { FormatInput } from './input.ts';

/** After these nobody should begin with the client: a record that there is says so, and none is made. */
export const ENDINGS = [
  'referral.withdrawn',
  'referral.expired',
  'referral.erased',
  'consent.revoked',
  'consent.expired',
] as const satisfies readonly EventType[];

export const isEnding = ({ envelope }: FormatInput) => (ENDINGS as readonly string[]).includes(envelope.type);

/** A CRM that makes a new record of every request gets one event a referral: its arrival, if not told otherwise. */
export const makesRecords = {
  allowed: ['referral.sent', 'referral.accepted'],
  default: ['referral.sent'],
  severalBy: null,
} as const;

/**
 * A CRM that finds its record again is told of the acceptance too, with which the client becomes known, and of what
 * ends the referral.
 */
export const updatesRecords = {
  allowed: [
    'referral.sent',
    'referral.info_provided',
    'referral.accepted',
    'referral.waitlisted',
    'referral.engaged',
    'referral.not_engaged',
    'referral.completed',
    'referral.declined',
    'referral.move_undone',
    ...ENDINGS,
  ],
  default: ['referral.sent', 'referral.accepted', ...ENDINGS],
} as const;

/** A client is a person; CRMs made for firms insist on the name of one. */
export const company = v.optional(line(100), 'Private client');

/** A secret in a header: visible characters only, since anything else cannot be sent. */
export const token = v.pipe(
  v.string('must be a string'),
  v.regex(/^[\x21-\x7e]{8,512}$/, 'must be 8 to 512 visible ASCII characters'),
);
