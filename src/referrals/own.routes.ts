/** What a side keeps of a referral for itself. The other side is never told, whatever it asks. */
import type * as v from 'valibot';
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { many, one } from '../platform/db/plan.ts';
import { type InputFault, invalidInput, notFound, Problem } from '../platform/problem.ts';
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
import { OwnDataChangeSchema, OwnDataSchema } from './own.schemas.ts';
import {
  type KnownClient,
  METADATA_KEYS_MAX,
  mergeMetadata,
  namesClient,
  openMetadata,
  SYSTEMS_MAX,
  sealMetadata,
} from './own.ts';
import { summaryExample } from './referrals.examples.ts';
import { type ClientRecordRow, selectClientRecord, selectReferral } from './referrals.repository.ts';
import { presentExternalIds } from './referrals.view.ts';
import { toldTo } from './told.ts';

type Change = v.InferOutput<typeof OwnDataChangeSchema>;

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

/** @throws Problem 422 that names each */
function requireNoClient({ external_ids, metadata }: Change, client: KnownClient): void {
  const detail = 'says who the client is: leave it out, here it would not be governed by the consent';
  const faults: InputFault[] = [
    ...external_ids.flatMap(({ id }, index) =>
      id !== null && namesClient(id, client) ? [{ pointer: `/external_ids/${index}/id`, detail }] : [],
    ),
    ...Object.entries(metadata).flatMap(([name, value]) =>
      value !== null && namesClient(value, client) ? [{ pointer: `/metadata/${name}`, detail }] : [],
    ),
  ];
  if (faults.length > 0) throw invalidInput(faults);
}

const planOf = ({ database: { query } }: Exchange, referralId: string, practiceId: string) => ({
  referral: one(selectReferral(query, referralId)),
  record: one(selectClientRecord(query, referralId)),
  told: one(selectToldCategories(query, referralId, practiceId)),
  externalIds: many(selectExternalIds(query, referralId, practiceId)),
  metadata: many(selectMetadata(query, referralId, practiceId)),
});

export const ownDataOperations = [
  operation({
    id: 'updateReferral',
    method: 'PATCH',
    path: '/v1/referrals/{referral_id}',
    tag: 'Referrals',
    summary: 'Keep ids and notes of your own with a referral',
    description:
      'Each side has its own `external_ids` (one for each system, by which `GET /v1/referrals?external_id=…` finds the referral; a webhook endpoint of a CRM that answers with an id sets it) and its own `metadata`, encrypted at rest. Both stand in your answers and in your webhooks about the referral; the other side is told nothing of them, and nothing changes for it. Neither may say who the client is: where you know the client, a value that holds the name, the e-mail address or the phone number is refused. They are deleted when the client is erased.',
    scope: 'referrals:write',
    whenSuspended: 'finishes',
    body: OwnDataChangeSchema,
    requestExample: { external_ids: [{ system: 'hubspot', id: '51' }], metadata: { intake: 'desk 2' } },
    response: {
      status: 200,
      description: 'What you keep of the referral.',
      schema: OwnDataSchema,
      example: {
        referral_id: summaryExample.id,
        external_ids: [{ system: 'hubspot', id: '51' }],
        metadata: { intake: 'desk 2' },
      },
    },
    errors: ['invalid_state', 'limit_reached'],
    handle: (request) => {
      const { actor, body } = request;
      const { referral_id } = request.params;
      const { practice_id } = actor;
      return answerOnce(request, {
        status: 200,
        writeAt: (exchange) =>
          write({
            subject: `${referral_id}/${practice_id}`,
            read: planOf(exchange, referral_id, practice_id),
            decide: async ({ referral, record, told: disclosed, ...rows }) => {
              const { database, vault, now } = exchange;
              const told = referral && toldTo(referral, practice_id, false, now);
              if (!told) throw notFound();
              if (!record)
                throw new Problem('invalid_state', 'The client of this referral was erased.', {
                  state: told.progress.state,
                  allowed_moves: [],
                });
              const opened = await vault.openReferralVault(referral_id, record);
              const categories =
                told.side === 'sender' ? 'all' : (JSON.parse(disclosed?.categories ?? '[]') as string[]);
              requireNoClient(body, await openKnown(opened, record, categories));
              const {
                externalIds: ids,
                metadata: [kept],
              } = rows;
              const before = kept ? await openMetadata(opened, kept.sealed_metadata, practice_id) : {};
              const metadata = mergeMetadata(before, body.metadata);
              const bySystem = new Map<string, string | null>(
                ids.map((row) => [row.system, row.external_id]),
              );
              for (const { system, id } of body.external_ids) {
                if (id === null) bySystem.delete(system);
                else bySystem.set(system, id);
              }
              if (bySystem.size > SYSTEMS_MAX || Object.keys(metadata).length > METADATA_KEYS_MAX) {
                const detail = `A referral has at most ${SYSTEMS_MAX} ids and ${METADATA_KEYS_MAX} members of metadata of yours.`;
                throw new Problem('limit_reached', detail);
              }
              const { query } = database;
              const place = { practice_id, referral_id };
              const sealed: MetadataRow | undefined =
                Object.keys(body.metadata).length === 0
                  ? undefined
                  : { ...place, sealed_metadata: await sealMetadata(opened, metadata, practice_id) };
              return decision({
                writes: [
                  ...body.external_ids.map(({ system, id }) =>
                    id === null
                      ? removeExternalId(query, { ...place, system })
                      : setExternalId(query, { ...place, system, external_id: id, created_at: now }),
                  ),
                  sealed && setMetadata(query, sealed),
                ],
                resourceId: referral_id,
                resultOf: () => ({
                  referral_id,
                  external_ids: presentExternalIds(
                    [...bySystem]
                      .sort(([one], [other]) => (one < other ? -1 : 1))
                      .map(
                        ([system, external_id]): Pick<ExternalIdRow, 'system' | 'external_id'> => ({
                          system,
                          external_id,
                        }),
                      ),
                  ),
                  metadata,
                }),
              });
            },
          }),
        show: (result) => ({ body: result }),
      });
    },
  }),
];
