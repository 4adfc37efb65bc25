/** What a format may tell of: the event, and the referral as the practice may see it now. */
import type * as v from 'valibot';
import type { Label } from '../../catalog/labels.ts';
import type { EventSchema } from '../../events/envelope.ts';
import type { Preview, ReferralSchema } from '../../referrals/referrals.schemas.ts';

export type Envelope = v.InferOutput<typeof EventSchema>;
type WholeReferral = v.InferOutput<typeof ReferralSchema>;

/** The preview, and for a full endpoint all that its practice sees: of a referral that it received also the client. */
export type VisibleReferral = Preview &
  Partial<WholeReferral> & {
    /** How many of a list's items were left out where the body would have become too large. */
    readonly left_out?: Readonly<Partial<Record<'documents' | 'intake' | 'messages' | 'contacts', number>>>;
  };
export type VisibleClient = NonNullable<VisibleReferral['client']>;

export interface FormatInput {
  readonly envelope: Envelope;
  /** Of a thin endpoint the preview; null where the event is about no referral. */
  readonly referral: VisibleReferral | null;
  /** What the referral's service and reason are called; without, they are said by their codes. */
  readonly labels?: readonly Label[];
  /** The endpoint's own URL. */
  readonly url: string;
  /** Of the exchange: scheme, host and port. */
  readonly origin: string;
  /** Of each mapped field, where the body would be too large otherwise. */
  readonly fieldLengthMax?: number;
}

/** The envelope with the referral in it; the very envelope where there is none to tell. */
export const toFullEnvelope = ({ envelope, referral }: FormatInput) =>
  referral === null ? envelope : { ...envelope, data: { ...envelope.data, referral } };

export function textIn(data: Record<string, unknown>, member: string): string | null {
  const value = data[member];
  return typeof value === 'string' && value !== '' ? value : null;
}

export const referralIdOf = ({ envelope, referral }: FormatInput): string | null =>
  referral?.id ?? textIn(envelope.data, 'referral_id');

/** What is sent of the client, and what was written about it. Members of which there are a few values only say nothing. */
export function clientTextsIn(referral: VisibleReferral | null): string[] {
  const { identity, contact, reason, background, notes, documents, intake } = referral?.client ?? {};
  return [
    identity?.given_name,
    identity?.family_name,
    identity?.preferred_name,
    identity?.date_of_birth,
    contact?.email,
    contact?.phone,
    contact?.best_times,
    reason,
    background,
    notes,
    ...(documents ?? []).flatMap(({ title, url }) => [title, url]),
    ...(intake ?? []).map(({ answer }) => answer),
    ...(referral?.messages ?? []).map(({ text }) => text),
    ...(referral?.consent?.purposes ?? []),
  ].filter((text) => typeof text === 'string');
}
