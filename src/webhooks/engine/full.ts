/**
 * The referral that an endpoint with the full payload gets along: what its practice may see at this moment, less the
 * categories that the endpoint is spared or its format cannot carry. Read and logged just before the POST, under the
 * rule of every other read.
 */
import type { Database } from '../../platform/db/database.ts';
import { one } from '../../platform/db/plan.ts';
import type { Vault } from '../../platform/vault/vault.ts';
import { discloseToReceiver } from '../../referrals/disclosure.repository.ts';
import { disclosedIn, filePlan, openFile } from '../../referrals/file.ts';
import { presentOwn, presentReferral, presentSummary } from '../../referrals/referrals.view.ts';
import { EVERYTHING } from '../formats/format.ts';
import { type FormatName, type FormatSettings, formatOf } from '../formats/formats.ts';
import type { VisibleReferral } from '../formats/input.ts';
import type { DispatchRow } from './deliveries.repository.ts';

/** What stays here although the consent covers it: what the owner spares the endpoint, what its format has no room for. */
function passageOf(dispatch: DispatchRow) {
  const settings = JSON.parse(dispatch.format_settings) as FormatSettings;
  const format = formatOf(dispatch.format as FormatName);
  const carried = format.carries(settings);
  const withheld = [
    ...(JSON.parse(dispatch.withheld_categories) as string[]),
    ...EVERYTHING.filter((category) => !carried.includes(category)),
  ];
  return { withheld, carriesNotice: format.carriesNotice(settings) };
}

/** Null where the endpoint gets the thin payload, or the event is about no referral. */
export async function readFullReferral(
  dispatch: DispatchRow,
  { database, vault }: { readonly database: Database; readonly vault: Vault },
  now: number,
): Promise<VisibleReferral | null> {
  const { payload, referral_id: referralId, practice_id: practiceId } = dispatch;
  if (payload !== 'full' || referralId === null) return null;
  const { query } = database;
  const { disclosed, rows } = await database.read({
    disclosed: one(
      discloseToReceiver(query, {
        referralId,
        practiceId,
        way: 'webhook',
        endpointId: dispatch.endpoint_id,
        ...passageOf(dispatch),
        now,
      }),
    ),
    rows: filePlan(query, referralId, practiceId),
  });
  const file = openFile(rows, practiceId, now);
  if (!file) return null;
  // The sender knows its client: sending that back would only be one more copy.
  if (file.told.side === 'sender')
    return {
      client: null,
      client_withheld: null,
      redisclosure_notice: null,
      ...presentSummary(file.told),
      ...(await presentOwn(
        file,
        file.record ? await vault.openReferralVault(referralId, file.record) : null,
      )),
    };
  return presentReferral(file, disclosedIn(disclosed), vault, now);
}
