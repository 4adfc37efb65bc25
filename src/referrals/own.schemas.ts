/** Wire types of what a side keeps of a referral for itself. */
import * as v from 'valibot';
import { prose } from '../http/fields.ts';
import { METADATA_KEYS_MAX, SYSTEMS_MAX } from './own.ts';
import { ExternalIdSchema } from './referrals.schemas.ts';

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

/** What is to change; what is not named stays. @schema ReferralOwnDataChange */
export const OwnDataChangeSchema = v.strictObject({
  /** By system; `id: null` takes one away. */
  external_ids: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          /** The system: small letters, digits and _. */
          system: systemName,
          /** Its id of the referral, which names no client. */
          id: v.nullable(externalId),
        }),
        'must be an array',
      ),
      v.maxLength(SYSTEMS_MAX, `must have at most ${SYSTEMS_MAX} items`),
      v.check(
        (items) => new Set(items.map(({ system }) => system)).size === items.length,
        'must not name a system twice',
      ),
    ),
    [],
  ),
  /** Texts by name, which hold no client data; null takes one away. */
  metadata: v.optional(
    v.pipe(
      v.record(
        v.pipe(
          v.string(),
          v.regex(
            /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/,
            'must be a letter and up to 39 letters, digits, _, . and -',
          ),
        ),
        v.nullable(prose(500)),
        'must be an object of texts',
      ),
      v.maxEntries(METADATA_KEYS_MAX, `must have at most ${METADATA_KEYS_MAX} members`),
    ),
    {},
  ),
});

/** What you keep of a referral for yourself. @schema ReferralOwnData */
export const OwnDataSchema = v.object({
  /** The referral. */
  referral_id: v.string(),
  /** Under which ids your own systems know it. */
  external_ids: v.array(ExternalIdSchema),
  /** What you keep of it for your own programs. */
  metadata: v.record(v.string(), v.string()),
});
