/** Under which ids the receiver's systems know the referral, as a message of its CRM says. No I/O. */
import { parse } from '../http/input.ts';
import type { OwnDataChange } from '../referrals/own.schemas.ts';
import { externalId, externalIds } from '../referrals/own.schemas.ts';
import type { CallbackSettings } from '../webhooks/endpoints/callback-settings.ts';
import type { Message } from './messages.ts';
import { valueAt } from './stages.ts';

type RecordIds = OwnDataChange['external_ids'];

/** A CRM may have a member of that name which means something else. */
const isOurs = (value: unknown): value is object[] =>
  Array.isArray(value) &&
  value.every((item) => typeof item === 'object' && item !== null && 'system' in item);

/** Those that are said in our words, and the one at `callback.record`. @throws Problem 422 */
export function recordIdsIn(message: Message, { record }: Pick<CallbackSettings, 'record'>): RecordIds {
  const said = isOurs(message.external_ids)
    ? (parse(externalIds, message.external_ids, '/external_ids/') as RecordIds)
    : [];
  if (record === null || said.some(({ system }) => system === record.system)) return said;
  const { system, path } = record;
  const value = valueAt(message, path);
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id !== 'string' || id === '') return said;
  return [...said, { system, id: parse(externalId, id, `/${path.join('/')}`) as string }];
}
