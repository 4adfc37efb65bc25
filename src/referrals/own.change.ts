/** A side changes what it keeps of a referral for itself: by the API, or by a callback of its CRM. */
import { decision, write } from '../ledger/commit.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { requireVersion } from '../ledger/versions.ts';
import { many, one } from '../platform/db/plan.ts';
import { notFound, Problem } from '../platform/problem.ts';
import type { ReferralVault } from '../platform/vault/vault.ts';
import type { Client } from './client.schemas.ts';
import { selectToldCategories } from './disclosure.repository.ts';
import {
  type ExternalIdRow,
  type MetadataRow,
  removeExternalId,
  selectExternalIds,
  selectMetadata,
  setExternalId,
  setMetadata,
} from './own.repository.ts';
import type { OwnData, OwnDataChange } from './own.schemas.ts';
import {
  type KnownClient,
  METADATA_KEYS_MAX,
  mergeMetadata,
  openMetadata,
  ownTag,
  requireNoClient,
  SYSTEMS_MAX,
  sealMetadata,
} from './own.ts';
import { type ClientRecordRow, selectClientRecord, selectReferral } from './referrals.repository.ts';
import { toldTo } from './told.ts';

/** As far as the side knows the client: its sender, or who was told. */
async function openKnown(
  vault: ReferralVault,
  record: ClientRecordRow,
  categories: readonly string[] | 'all',
): Promise<KnownClient> {
  const knows = (category: string) => categories === 'all' || categories.includes(category);
  return {
    ...(knows('identity')
      ? { identity: await vault.open<Client['identity']>('client_records.identity', record.identity) }
      : {}),
    ...(knows('contact')
      ? {
          contact: await vault.open<NonNullable<KnownClient['contact']>>(
            'client_records.contact',
            record.contact,
          ),
        }
      : {}),
  };
}

const planOf = ({ database: { query } }: Exchange, referralId: string, practiceId: string) => ({
  referral: one(selectReferral(query, referralId)),
  record: one(selectClientRecord(query, referralId)),
  told: one(selectToldCategories(query, referralId, practiceId)),
  externalIds: many(selectExternalIds(query, referralId, practiceId)),
  metadata: many(selectMetadata(query, referralId, practiceId)),
});

const toIds = (bySystem: ReadonlyMap<string, string | null>): OwnData['external_ids'] =>
  [...bySystem]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([system, id]) => (id === null ? [] : { system, id }));

/** The rows of what a side keeps of a referral from its beginning. */
export async function toOwnRows(
  wish: { readonly external_ids: OwnData['external_ids']; readonly metadata: OwnData['metadata'] },
  place: { readonly practice_id: string; readonly referral_id: string },
  vault: ReferralVault,
  now: number,
): Promise<{ externalIds: ExternalIdRow[]; metadata: MetadataRow[] }> {
  const bySystem = new Map(wish.external_ids.map(({ system, id }) => [system, id]));
  const externalIds = toIds(bySystem).map(({ system, id }) => ({
    ...place,
    system,
    external_id: id,
    client_told: false,
    created_at: now,
  }));
  if (Object.keys(wish.metadata).length === 0) return { externalIds, metadata: [] };
  const sealed_metadata = await sealMetadata(vault, wish.metadata, place.practice_id);
  return { externalIds, metadata: [{ ...place, sealed_metadata }] };
}

export interface OwnWish {
  readonly referralId: string;
  readonly practiceId: string;
  readonly change: OwnDataChange;
  /** The `ETag` that whoever decided had read. */
  readonly ifMatch: string | null;
}

export interface OwnChanged {
  readonly own: OwnData;
  readonly tag: string | null;
  /** False where it was so already. */
  readonly isNew: boolean;
}

/** @throws Problem 404, 409 of an erased client or a limit, 412, and 422 where it says who the client is */
export const changeOwnAt =
  ({ referralId, practiceId, change, ifMatch }: OwnWish) =>
  (exchange: Exchange) =>
    write({
      subject: `${referralId}/${practiceId}`,
      read: planOf(exchange, referralId, practiceId),
      decide: async ({ referral, record, told: disclosed, externalIds, metadata: [kept] }) => {
        const { database, vault, now } = exchange;
        const told = referral && toldTo(referral, practiceId, false, now);
        if (!told) throw notFound();
        if (!record)
          throw new Problem('invalid_state', 'The client of this referral was erased.', {
            state: told.progress.state,
            allowed_moves: [],
          });
        const opened = await vault.openReferralVault(referralId, record);
        const categories =
          told.side === 'sender' ? 'all' : (JSON.parse(disclosed?.categories ?? '[]') as string[]);
        requireNoClient(change, await openKnown(opened, record, categories));
        const before = kept ? await openMetadata(opened, kept.sealed_metadata, practiceId) : {};
        const bySystem = new Map(externalIds.map((row) => [row.system, row.external_id]));
        const tagBefore = await ownTag({ external_ids: toIds(bySystem), metadata: before });
        requireVersion(ifMatch, told.version, tagBefore);
        const metadata = mergeMetadata(before, change.metadata);
        const changed = change.external_ids.filter(({ system, id }) =>
          id === null ? bySystem.has(system) : bySystem.get(system) !== id,
        );
        for (const { system, id } of changed) {
          if (id === null) bySystem.delete(system);
          else bySystem.set(system, id);
        }
        if (bySystem.size > SYSTEMS_MAX || Object.keys(metadata).length > METADATA_KEYS_MAX) {
          const detail = `A referral has at most ${SYSTEMS_MAX} ids and ${METADATA_KEYS_MAX} members of metadata of yours.`;
          throw new Problem('limit_reached', detail);
        }
        const { query } = database;
        const place = { practice_id: practiceId, referral_id: referralId };
        const own = { external_ids: toIds(bySystem), metadata };
        const tag = await ownTag(own);
        const isNew = tag !== tagBefore || changed.length > 0;
        return decision({
          writes: [
            ...changed.map(({ system, id }) =>
              id === null
                ? removeExternalId(query, { ...place, system })
                : setExternalId(query, { ...place, system, external_id: id, created_at: now }),
            ),
            Object.keys(change.metadata).length > 0 && tag !== tagBefore
              ? setMetadata(query, {
                  ...place,
                  sealed_metadata: await sealMetadata(opened, metadata, practiceId),
                })
              : undefined,
          ],
          resourceId: referralId,
          resultOf: (): OwnChanged => ({
            own: { referral_id: referralId, version: told.version, ...own },
            tag,
            isNew,
          }),
        });
      },
    });
