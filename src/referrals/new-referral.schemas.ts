/** Wire types of what is sent: a new referral, or one that might be. */
import * as v from 'valibot';
import { NewConsentSchema } from '../consents/consents.schemas.ts';
import { id, jurisdiction, languages, line, oneOf, slug, wholeNumber } from '../http/fields.ts';
import { ClientSchema } from './client.schemas.ts';
import { URGENCIES } from './codes.ts';
import { externalIds, metadata } from './own.schemas.ts';

export const CANDIDATES_MAX = 5;
export const RESPOND_WITHIN_HOURS_DEFAULT = 168;
export const RESPOND_WITHIN_HOURS_MAX = 720;

const newReferral = {
  /** The practice that it goes to: a partner of yours. Left out with `candidates`. */
  receiver_practice_id: v.optional(id('practice')),
  /**
   * Instead of `receiver_practice_id`: 2 to 5 different partners of yours, in the order in which you would name them. The
   * client chooses among them on our page and puts them in an order of their own; `consent` is `{"method": "hosted"}` then.
   */
  candidates: v.optional(
    v.pipe(
      v.array(id('practice'), 'must be an array of ids'),
      v.minLength(2, 'must have at least 2: to one practice it goes with `receiver_practice_id`'),
      v.maxLength(CANDIDATES_MAX, `must have at most ${CANDIDATES_MAX}`),
      v.check((ids) => new Set(ids).size === ids.length, 'must be different practices'),
    ),
  ),
  /** The professional of yours who refers; without it the first who may. */
  professional_id: v.optional(id('professional')),
  /**
   * The service or assessment that the client needs, a code of the catalog, as the receiver names it in its `services` or
   * `assessments`, such as `career_testing`.
   */
  service: slug,
  /** `true`: the receiver does not list the service, and you agreed on it. Else that is refused with `service_not_offered`. */
  outside_offer: v.optional(v.boolean('must be true or false'), false),
  /** Why you refer the client, a code of the catalog, such as `beyond_scope` or `testing_needed`. */
  reason: slug,
  /** How soon the client needs an answer. */
  urgency: v.optional(oneOf(URGENCIES), 'routine'),
  /** Languages that the client speaks, as BCP 47 tags such as `es`; at most 20. */
  languages: v.optional(languages, []),
  /**
   * Where the client is: a country or subdivision of ISO 3166-2, such as `US-NE`. A licensed receiver needs a
   * licence that covers it.
   */
  client_jurisdiction: jurisdiction,
  /** The client’s city; the receiver sees it in the preview. */
  client_city: v.optional(line(120)),
  /**
   * Hours that the receiver has to answer, from 1 hour to 30 days; the clock stands still while it waits for
   * information from you.
   */
  respond_within_hours: v.optional(wholeNumber(1, RESPOND_WITHIN_HOURS_MAX), RESPOND_WITHIN_HOURS_DEFAULT),
  /** When the receiver learns who the client is; `on_send` needs a consent with `disclose_on_send`. */
  disclose: v.optional(
    oneOf([
      /** When it accepts. */
      'on_accept',
      /** With the referral. */
      'on_send',
    ]),
    'on_accept',
  ),
  /** An earlier referral of yours that this one follows, such as one that was declined or forwarded. */
  previous_id: v.optional(id('referral')),
  /** The joint event by which the client came to you: one of which you are a host. The receiver reads it once it accepts. */
  source: v.optional(id('joint_event')),
  /**
   * `true`: also where an earlier referral of the same client to this receiver is open. Otherwise that is refused
   * with `duplicate_referral`.
   */
  allow_duplicate: v.optional(v.boolean('must be true or false'), false),
  /** Who the client is. It is encrypted, and leaves only as far as the consent allows. */
  client: ClientSchema,
  /**
   * The client’s consent: one that is on record, or (`hosted`) the wish to ask the client on our page. Without it
   * the referral is `awaiting_consent`; it is sent once consent is recorded.
   */
  consent: v.optional(NewConsentSchema),
  /** Under which ids your own systems know it; at most 20. The receiver is never told. */
  external_ids: v.optional(externalIds, []),
  /** Texts of your own by name, at most 50, which hold no client data. The receiver is never told. */
  metadata: v.optional(metadata, {}),
};

interface Addressed {
  readonly receiver_practice_id?: string | undefined;
  readonly candidates?: readonly string[] | undefined;
  readonly consent?: { readonly method: string; readonly single_option_reason?: unknown } | undefined;
}

/** What is wrong with to whom it goes. */
function addressFault({ receiver_practice_id, candidates, consent }: Addressed) {
  if (candidates === undefined)
    return receiver_practice_id === undefined
      ? { keys: ['receiver_practice_id'], message: 'is required' }
      : null;
  if (receiver_practice_id !== undefined)
    return { keys: ['receiver_practice_id'], message: 'is left out with `candidates`: name it among them' };
  if (consent?.method !== 'hosted')
    return {
      keys: consent ? ['consent', 'method'] : ['consent'],
      message:
        'must be `hosted` with `candidates`, as the client is to choose; with a consent that names one practice, send the referral to that one by `receiver_practice_id`',
    };
  return consent.single_option_reason === undefined
    ? null
    : { keys: ['consent', 'single_option_reason'], message: 'is said where you name one practice only' };
}

const toOneOrSeveral = <T extends Addressed>() =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const fault = addressFault(dataset.value);
    if (!fault) return;
    const { keys, message } = fault;
    const path = keys.map((key) => ({
      type: 'object' as const,
      origin: 'value' as const,
      input: dataset.value as never,
      key,
      value: undefined,
    }));
    addIssue({ message, path: path as [(typeof path)[number], ...typeof path] });
  });

/** A new referral. @schema ReferralRequest */
export const NewReferralSchema = v.pipe(v.strictObject(newReferral), toOneOrSeveral());

/** A referral that might be sent. @schema ReferralDraft */
export const ReferralDraftSchema = v.pipe(
  v.strictObject({
    ...newReferral,
    /**
     * Who the client is, where you know it already. Nothing of it is stored: it is only compared with your own open
     * referrals.
     */
    client: v.optional(ClientSchema),
  }),
  toOneOrSeveral(),
);
