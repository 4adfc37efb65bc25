/** What a message of a receiver's CRM means: from its body and the endpoint's settings to a report. No I/O. */
import { parse } from '../http/input.ts';
import { invalidInput } from '../platform/problem.ts';
import { OUTCOMES, type Report, ReportSchema } from '../referrals/outcomes.ts';
import { type CallbackSettings, meaningOfStage } from '../webhooks/endpoints/callback-settings.ts';
import { hasChanged, readStage } from './stages.ts';

export interface Meaning {
  readonly report: Report;
  /** By its name in the settings; null where the outcome itself was said. */
  readonly stage: string | null;
}

/** A CRM may send more along. @throws Problem 422 */
function saidOutcome({ outcome, reason, note }: Record<string, unknown>): Report {
  const said = {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(note === undefined ? {} : { note }),
  };
  return parse(ReportSchema, said, '/') as Report;
}

/**
 * Null for a stage that means nothing here, or that was the same before.
 * @param mayBeSilent the message says something else than an outcome already
 * @throws Problem 422
 */
export function meaningOf(
  body: Record<string, unknown>,
  settings: CallbackSettings,
  mayBeSilent = false,
): Meaning | null {
  if ('outcome' in body) return { report: saidOutcome(body), stage: null };
  const { caller, stages, stage_paths } = settings;
  const paths = stage_paths.filter((path) => caller?.kind !== 'pipedrive' || hasChanged(body, path));
  if (paths.length === 0) return null;
  const stage = readStage(body, paths, (one) => meaningOfStage(settings, one) !== null);
  if (stage !== null && Object.keys(stages).length > 0) return meaningOfStage(settings, stage);
  if (mayBeSilent) return null;
  const places = stage_paths.map((path) => `/${path.join('/')}`).join(' or ');
  const detail =
    stage === null
      ? `is required: one of ${OUTCOMES.join(', ')}; or a stage of your CRM at ${places}, or \`external_ids\``
      : 'is required, as `callback.stages` of the webhook endpoint says of no stage what it means';
  throw invalidInput([{ pointer: '/outcome', detail }]);
}
