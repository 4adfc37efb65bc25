/**
 * The delivery engine. D1 owns the schedule, the queue is the wake-up call, the cron trigger the guarantee: whatever
 * is lost of the first two is found again by `sweepDeliveries`. A crash between POST and record sends again with the
 * same `webhook-id`: at least once, and the receiver can tell.
 */
import { withLinks } from '../../events/envelope.ts';
import { placeOfDelivery } from '../../platform/db/ids.ts';
import { MINUTE_MS } from '../../platform/durations.ts';
import { logLine } from '../../platform/log.ts';
import { wake } from '../../platform/queue.ts';
import { createCallbackUrl, createPageUrl, linkExpiresAt } from '../../platform/vault/links.ts';
import type { Vault } from '../../platform/vault/vault.ts';
import { openMetadata } from '../../referrals/own.ts';
import { presentPreview } from '../../referrals/referrals.view.ts';
import { toldTo } from '../../referrals/told.ts';
import type { TrueReferral } from '../../referrals/truth.ts';
import type { VisibleReferral } from '../formats/input.ts';
import type { DeliveryContext } from '../posting/context.ts';
import type { PostedAttempt } from '../posting/post.ts';
import { isDelivered } from '../posting/schedule.ts';
import { claimDelivery, claimProbe, giveProbeBack } from './claims.repository.ts';
import { type DispatchRow, selectDispatch, selectPreviewed } from './deliveries.repository.ts';
import { isTellable, postFormatted } from './formatted.ts';
import { readFullReferral } from './full.ts';
import { confirm } from './ping.ts';
import { settle, writeAndWake } from './settle.ts';
import { endDelivery, postponeDelivery } from './settlement.repository.ts';
import { goesOnUntilFrom, messagesOf, SHARE_MIN } from './shares.ts';
import { rangesFrom, selectShares } from './waking.repository.ts';

/** Longer than an attempt can take, so that a lease that has run out means a crash. */
const LEASE_MS = MINUTE_MS;
/** How long a delivery waits for another one about the same referral before it looks again. */
const TURN_MS_MAX = 4000;
const ENDPOINTS_PER_RUN_MAX = 500;
const WOKEN_PER_RUN_MAX = 500;

/** Where the receiver of a referral reads it and says what came of it; equal with each attempt. */
async function linkBack(row: DispatchRow, { vault, settings }: DeliveryContext): Promise<object> {
  if (!row.is_receiver || row.referral_id === null) return {};
  const link = { referralId: row.referral_id, practiceId: row.practice_id, makerId: row.endpoint_id };
  const { publicOrigin } = settings;
  const expiresAt = linkExpiresAt(row.occurred_at);
  // A new page would be a new way in; by the callback a practice that is suspended can still say what came of it.
  return {
    ...(row.callback_links
      ? { callback_url: await createCallbackUrl(link, expiresAt, vault, publicOrigin) }
      : {}),
    ...(row.page_links && row.practice_status === 'active'
      ? { page_url: await createPageUrl(link, expiresAt, vault, publicOrigin) }
      : {}),
  };
}

/** Null where the referral is none of the practice's business (any more). */
async function previewFor(
  row: DispatchRow,
  referral: TrueReferral,
  { vault }: DeliveryContext,
  now: number,
): Promise<VisibleReferral | null> {
  const told = toldTo(referral, row.practice_id, false, now);
  return told && { ...presentPreview(told), ...(await ownDataOf(row, told.id, vault)) };
}

interface SealedMetadata {
  readonly sealed: string;
  readonly master_key_id: string;
  readonly wrapped_data_key: string;
}

/** What the practice itself keeps of the referral: told to nobody but its own endpoints. */
async function ownDataOf(row: DispatchRow, referralId: string, vault: Vault) {
  const known = JSON.parse(row.records) as { readonly system: string; readonly id: string | null }[];
  const external_ids = known.flatMap(({ system, id }) => (id === null ? [] : { system, id }));
  const { sealed, ...key } = (JSON.parse(row.sealed_metadata ?? '{}') ?? {}) as Partial<SealedMetadata>;
  if (sealed === undefined) return { external_ids, metadata: {} };
  const opened = await vault.openReferralVault(referralId, key as SealedMetadata);
  return { external_ids, metadata: await openMetadata(opened, sealed, row.practice_id) };
}

async function postEvent(
  row: DispatchRow,
  previewed: TrueReferral | undefined,
  delivery: { readonly id: string; readonly leaseUntil: number },
  context: DeliveryContext,
  now: number,
): Promise<PostedAttempt> {
  const data = JSON.parse(row.data) as Record<string, unknown>;
  const { vault, settings } = context;
  const linked = { ...row, data: { ...data, ...(await linkBack(row, context)) } };
  const listener = { practiceId: row.practice_id, makerId: row.page_links ? row.endpoint_id : null };
  const event = await withLinks(linked, listener, vault, settings.publicOrigin);
  const referral = previewed
    ? await previewFor(row, previewed, context, now)
    : await readFullReferral(row, context, now);
  return postFormatted(row, event, referral, context, delivery, now);
}

const logFailure = (
  delivery_id: string,
  row: DispatchRow,
  { status, error, duration_ms }: PostedAttempt,
): void =>
  logLine('attempt', {
    delivery_id,
    endpoint_id: row.endpoint_id,
    practice_id: row.practice_id,
    format: row.format,
    event_type: row.type,
    number: row.attempts_count + 1,
    error: error ?? 'refused',
    status,
    duration_ms,
  });

interface Taken {
  readonly id: string;
  readonly leaseUntil: number;
  readonly isProbe: boolean;
  readonly goesOnUntil: number;
}

/** No attempt: another delivery makes the record that this one belongs to. */
async function letOthersGoFirst(
  row: DispatchRow,
  { id, leaseUntil, isProbe, goesOnUntil }: Taken,
  context: DeliveryContext,
  now: number,
): Promise<void> {
  const claim = { ...row, deliveryId: id, endpointId: row.endpoint_id, leaseUntil };
  const { database, queue, random = Math.random } = context;
  // Two that met do not meet again.
  const turnMs = Math.round(TURN_MS_MAX * (0.5 + random() / 2));
  const { query } = database;
  const postponed = postponeDelivery(query, claim, row.attempts_count, now + turnMs, now);
  if (isProbe) postponed.push(giveProbeBack(query, row.endpoint_id, leaseUntil, now));
  await writeAndWake(postponed, row.endpoint_id, goesOnUntil, context, now);
  await queue.send({ delivery_id: id }, { delaySeconds: Math.ceil(turnMs / 1000) });
}

/** A delivery that somebody wants to try, and what the claim gave. */
export interface Claimed {
  readonly deliveryId: string;
  readonly startedAt: number;
  readonly leaseUntil: number;
  readonly isProbe: boolean;
  /** Undefined where it is not due, its endpoint may not be posted to, or somebody else works on it. */
  readonly row: DispatchRow | undefined;
  /** The referral that a thin webhook shows the preview of. */
  readonly previewed: TrueReferral | undefined;
}

const STATEMENTS_PER_CLAIM = 4;

/** Claims what is due of some deliveries, all of them with one call. */
export async function claimAll(
  deliveryIds: readonly string[],
  { database, clock = Date.now }: DeliveryContext,
): Promise<Claimed[]> {
  const { query } = database;
  const startedAt = clock();
  const leaseUntil = startedAt + LEASE_MS;
  const results = await database.batch(
    deliveryIds.flatMap((id) => [
      claimDelivery(query, id, startedAt, leaseUntil),
      claimProbe(query, id, leaseUntil, startedAt),
      selectDispatch(query, id, startedAt, leaseUntil),
      selectPreviewed(query, id, leaseUntil),
    ]),
  );
  return deliveryIds.map((deliveryId, index) => {
    const start = index * STATEMENTS_PER_CLAIM;
    const [claimed, probe, rows, shown] = results.slice(start, start + STATEMENTS_PER_CLAIM) as [
      object[],
      object[],
      DispatchRow[],
      TrueReferral[],
    ];
    const row = claimed.length > 0 ? rows[0] : undefined;
    return { deliveryId, startedAt, leaseUntil, isProbe: probe.length > 0, row, previewed: shown[0] };
  });
}

/**
 * Tries a delivery that was claimed.
 * @param goesOnUntil until then the next share of its endpoint is woken afterwards
 */
export async function deliverClaimed(
  { deliveryId, startedAt, leaseUntil, isProbe, row, previewed }: Claimed,
  context: DeliveryContext,
  goesOnUntil = 0,
): Promise<void> {
  const { database, clock = Date.now, random = Math.random } = context;
  const { query } = database;
  if (!row) return writeAndWake([], placeOfDelivery(deliveryId).endpointId, goesOnUntil, context, startedAt);
  if (!isTellable(row)) {
    const claim = { ...row, deliveryId, endpointId: row.endpoint_id, leaseUntil };
    const cancelled = endDelivery(query, claim, { state: 'cancelled' }, startedAt);
    if (isProbe) cancelled.push(giveProbeBack(query, row.endpoint_id, leaseUntil, startedAt));
    return writeAndWake(cancelled, row.endpoint_id, goesOnUntil, context, startedAt);
  }
  if (row.waits)
    return letOthersGoFirst(row, { id: deliveryId, leaseUntil, isProbe, goesOnUntil }, context, startedAt);
  const result =
    (await confirm(row, context, startedAt)) ??
    (await postEvent(row, previewed, { id: deliveryId, leaseUntil }, context, startedAt));
  if (!isDelivered(result)) logFailure(deliveryId, row, result);
  const done = {
    deliveryId,
    leaseUntil,
    isProbe,
    startedAt,
    finishedAt: clock(),
    random: random(),
    result,
    goesOnUntil,
  };
  await settle(row, done, context);
}

export async function deliver(deliveryId: string, context: DeliveryContext, goesOnUntil = 0): Promise<void> {
  for (const claimed of await claimAll([deliveryId], context))
    await deliverClaimed(claimed, context, goesOnUntil);
}

/** Finds what is due and unleased: lost messages, crashes, long delays. */
export async function sweepDeliveries({
  database,
  queue,
  clock = Date.now,
  random = Math.random,
}: DeliveryContext): Promise<void> {
  const now = clock();
  const ranges = rangesFrom(random(), now, ENDPOINTS_PER_RUN_MAX);
  const shares = await database.batch(
    ranges.map((range) => selectShares(database.query, range, now, SHARE_MIN)),
  );
  await wake(queue, messagesOf(shares.flat(), goesOnUntilFrom(now), WOKEN_PER_RUN_MAX));
}
