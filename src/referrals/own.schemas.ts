/** Wire types of what a side keeps of a referral for itself. */
import * as v from 'valibot';
import { prose } from '../http/fields.ts';
import { METADATA_KEYS_MAX, SYSTEMS_MAX } from './own.ts';

export const systemName = v.pipe(
  v.string('must be a string'),
  v.regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be small letters, digits and _, such as `our_crm`'),
);

/** It is sent to systems in addresses, and searched by as it is. */
export const externalId = v.pipe(
  v.string('must be a string'),
  v.regex(
    /^[A-Za-z0-9][\x21-\x3f\x41-\x7e]{0,254}$/,
    'must be a letter or digit and up to 254 visible ASCII characters without @',
  ),
);

const idsOf = <T extends v.GenericSchema<unknown, string | null>>(idInSystem: T) =>
  v.pipe(
    v.array(
      v.strictObject({
        /** The system: small letters, digits and _. */
        system: systemName,
        /** Its id of the referral, which names no client. */
        id: idInSystem,
      }),
      'must be an array',
    ),
    v.maxLength(SYSTEMS_MAX, `must have at most ${SYSTEMS_MAX} items`),
    v.check(
      (items) => new Set(items.map(({ system }) => system)).size === items.length,
      'must not name a system twice',
    ),
  );

const textsOf = <T extends v.GenericSchema<unknown, string | null>>(text: T) =>
  v.pipe(
    v.record(
      v.pipe(
        v.string(),
        v.regex(
          /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/,
          'must be a letter and up to 39 letters, digits, _, . and -',
        ),
      ),
      text,
      'must be an object of texts',
    ),
    v.maxEntries(METADATA_KEYS_MAX, `must have at most ${METADATA_KEYS_MAX} members`),
  );

export const externalIds = idsOf(externalId);
export const metadata = textsOf(prose(500));

/** What is to change; what is not named stays. @schema ReferralOwnDataChange */
export const OwnDataChangeSchema = v.strictObject({
  /** By system; `id: null` takes one away. */
  external_ids: v.optional(idsOf(v.nullable(externalId)), []),
  /** Texts by name, which hold no client data; null takes one away. */
  metadata: v.optional(textsOf(v.nullable(prose(500))), {}),
});
export type OwnDataChange = v.InferOutput<typeof OwnDataChangeSchema>;

/** Under which id a system of yours knows the referral. @schema ExternalId */
export const ExternalIdSchema = v.object({
  /** The system, such as `hubspot`. */
  system: v.string(),
  /** Its id of the referral. */
  id: v.string(),
});

/** What you keep of a referral for yourself. @schema ReferralOwnData */
export const OwnDataSchema = v.object({
  /** The referral. */
  referral_id: v.string(),
  /** The version of the referral, which this does not change; the `ETag` holds it, and what you keep. */
  version: v.number(),
  /** Under which ids your own systems know it. */
  external_ids: v.array(ExternalIdSchema),
  /** What you keep of it for your own programs. */
  metadata: v.record(v.string(), v.string()),
});
export type OwnData = v.InferOutput<typeof OwnDataSchema>;
