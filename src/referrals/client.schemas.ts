/** Who the client is. One member a consent category; what is not consented to stays with the sender. */
import * as v from 'valibot';
import { date, email, httpsUrl, line, oneOf, phone, prose } from '../http/fields.ts';
import { foldName } from './names.ts';

const contact = v.strictObject({
  email: v.optional(email),
  phone: v.optional(phone),
  preferred_way: v.optional(oneOf(['email', 'phone', 'text'])),
  best_times: v.optional(line(200)),
});

export const ClientSchema = v.strictObject({
  identity: v.strictObject({
    given_name: line(100),
    // The client confirms it on our page.
    family_name: v.pipe(
      line(100),
      v.check((name) => foldName(name) !== '', 'must hold something that can be typed'),
    ),
    preferred_name: v.optional(line(100)),
    pronouns: v.optional(line(40)),
    date_of_birth: v.optional(date),
  }),
  contact: v.pipe(
    contact,
    v.check(
      (value) => value.email !== undefined || value.phone !== undefined,
      'must have an email or a phone',
    ),
  ),
  reason: v.optional(prose(4000)),
  background: v.optional(prose(8000)),
  notes: v.optional(prose(8000)),
  documents: v.optional(
    v.pipe(
      v.array(v.strictObject({ title: line(200), url: httpsUrl }), 'must be an array'),
      v.maxLength(10, 'must have at most 10 items'),
    ),
  ),
});

export type Client = v.InferOutput<typeof ClientSchema>;

/** As disclosed: the consented categories only. */
export const DisclosedClientSchema = v.partial(v.object(ClientSchema.entries));

/** The digits that are the same with and without the country's code. */
export const phoneEndOf = (text: string) => text.replaceAll(/\D/g, '').slice(-9);

/** By which the same client is known again: name and e-mail, or the phone where there is no e-mail. */
export function clientFingerprint(client: Client): string[] {
  const { identity, contact: reached } = client;
  const second = reached.email?.toLowerCase() ?? phoneEndOf(reached.phone ?? '');
  return [foldName(identity.given_name), foldName(identity.family_name), second];
}
