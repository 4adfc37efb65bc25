/** The settings of a template: its requests, and how access is got. */
import * as v from 'valibot';
import { line } from '../../../http/fields.ts';
import { systemName } from '../../../referrals/own.schemas.ts';
import { createRequest, findRequest, noteRequest, updateRequest } from './fields.ts';
import { secretNamed } from './leaves.ts';

const SECRETS_MAX = 5;

const secretText = (lengthMax: number) =>
  v.pipe(
    v.string('must be a string'),
    v.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters'),
    v.maxLength(lengthMax, `must have at most ${lengthMax} characters`),
  );

/** OAuth 2.0 (RFC 6749, 4.4 and 6). */
const token = v.pipe(
  v.strictObject({
    /** Where the CRM gives out tokens. */
    url: v.pipe(line(500), v.url('must be a URL')),
    /** How a token is got. */
    grant_type: v.picklist(
      [
        /** With `client_id` and `client_secret`. */
        'client_credentials',
        /** With a `refresh_token`. */
        'refresh_token',
      ],
      'must be client_credentials or refresh_token',
    ),
    /** The id of your app in the CRM. */
    client_id: secretText(512),
    /** Its secret; kept sealed, never shown again. */
    client_secret: v.optional(secretText(512)),
    /** The token by which new ones are got; kept sealed, never shown again. */
    refresh_token: v.optional(secretText(2000)),
    /** What the token is to be good for, in the CRM’s words. */
    scope: v.optional(line(500)),
    /** Where the app’s id and secret stand (RFC 6749, 2.3.1). */
    client_in: v.optional(
      v.picklist(
        [
          /** Among the fields. */
          'body',
          /** In `Authorization`. */
          'header',
        ],
        'must be body or header',
      ),
      'body',
    ),
  }),
  v.check(
    ({ grant_type, refresh_token }) => (grant_type === 'refresh_token') === (refresh_token !== undefined),
    'must have `refresh_token` with the grant of that name, and only with it',
  ),
);

export const TemplateSettingsSchema = v.pipe(
  v.strictObject({
    /** Under which name the record’s id stands in `external_ids`. */
    system: v.optional(systemName, 'template'),
    /**
     * Looks for the record before `create`, so that an answer that was lost makes no second one. It is taken only where the
     * referral’s id stands in it.
     */
    find: v.optional(findRequest),
    /** The request that makes a record of a referral. */
    create: createRequest,
    /** For later events about a referral that has its record. */
    update: v.optional(updateRequest),
    /** After either of them, where what there is to read goes another way than the record itself. */
    note: v.optional(noteRequest),
    /** Texts that are filled in as `{{secret.name}}`, at most 5; kept sealed, never shown again. */
    secrets: v.optional(
      v.pipe(
        v.record(
          v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be small letters, digits and _')),
          secretText(2000),
          'must be an object of names and values',
        ),
        v.maxEntries(SECRETS_MAX, `must have at most ${SECRETS_MAX} members`),
      ),
    ),
    /** How access is got by OAuth 2.0 (RFC 6749, 4.4 and 6): filled in as `{{token}}`. */
    token: v.optional(token),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { find, create, update, note, secrets, token } = dataset.value;
    const text = JSON.stringify([find, create, update, note]);
    const named = [...text.matchAll(/\{\{\s*([a-z][a-z0-9_.]*)/g)].map(([, name = '']) => name);
    const missing = named
      .map(secretNamed)
      .find((name) => name !== null && !Object.hasOwn(secrets ?? {}, name));
    if (missing) addIssue({ message: `names \`{{secret.${missing}}}\`, which \`secrets\` lacks` });
    if (named.includes('token') && !token)
      addIssue({ message: 'names `{{token}}` without the settings of `token`' });
    if (token && !named.includes('token'))
      addIssue({ message: 'gets a token that no header names as `{{token}}`' });
    if (create.existing && !update)
      addIssue({
        message: 'has `create.existing` without `update`, which goes on with the record that is there',
      });
    if (/\{\{\s*record_id/.test(JSON.stringify([find, create])))
      addIssue({ message: 'names `{{record_id}}` in `find` or `create`, before there is one' });
    if (find && !/\{\{\s*referral\.id\s*\}\}/.test(JSON.stringify(find)))
      addIssue({ message: 'has `find`, which does not say by `{{referral.id}}` what it looks for' });
    if (find && !/\{\{\s*referral\.(id|url|summary)\b/.test(JSON.stringify([create.json, create.form])))
      addIssue({
        message: 'has `find`, and `create` writes `{{referral.id}}` nowhere that it could be found by',
      });
  }),
);

export type TemplateSettings = v.InferOutput<typeof TemplateSettingsSchema>;
export type TemplateRequest = NonNullable<TemplateSettings['create' | 'update' | 'note']>;
export type FindRequest = NonNullable<TemplateSettings['find']>;
export type TokenSettings = NonNullable<TemplateSettings['token']>;
