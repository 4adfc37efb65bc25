/** Every operation of the API. */

import { catalogOperations } from './catalog/catalog.routes.ts';
import { directoryOperations } from './directory/directory.routes.ts';
import { hsdsOperations } from './directory/hsds/hsds.routes.ts';
import { eventOperations } from './events/events.routes.ts';
import { healthOperations } from './health/health.routes.ts';
import type { Operation } from './http/operation.ts';
import { joiningOperations } from './joining/joining.routes.ts';
import { keyOperations } from './keys/keys.routes.ts';
import { operatorActOperations } from './operators/operator-acts.routes.ts';
import { operatorKeyOperations } from './operators/operator-keys.routes.ts';
import { jointEventOperations } from './partnerships/events/joint-events.routes.ts';
import { partnershipOperations } from './partnerships/partnerships.routes.ts';
import { standingOperations } from './partnerships/standing.routes.ts';
import { intakeOperations } from './practices/intake/intake.routes.ts';
import { practiceOperations } from './practices/practices.routes.ts';
import { profileOperations } from './practices/profile.routes.ts';
import { privacyOperations } from './privacy/privacy.routes.ts';
import { checkOperations } from './referrals/check.routes.ts';
import { choiceOperations } from './referrals/choice/choice.routes.ts';
import { consentRequestOperations } from './referrals/consenting/consent-requests.routes.ts';
import { messageOperations } from './referrals/messages/messages.routes.ts';
import { ownDataOperations } from './referrals/own.routes.ts';
import { pageLinkOperations } from './referrals/page-links.routes.ts';
import { planOperations } from './referrals/plan/plan.routes.ts';
import { preparedOperations } from './referrals/prepared/prepared.routes.ts';
import { referralOperations } from './referrals/referrals.routes.ts';
import { networkOperations } from './reports/network/network.routes.ts';
import { reportOperations } from './reports/reports.routes.ts';
import { shareOperations } from './reports/shares.routes.ts';
import { credentialOperations } from './verification/credentials.routes.ts';
import { boardOperations } from './verification/rosters/boards.routes.ts';
import { caseOperations } from './verification/rosters/cases.routes.ts';
import { rosterOperations } from './verification/rosters/rosters.routes.ts';
import { submissionOperations } from './verification/submissions.routes.ts';
import { endpointActions } from './webhooks/actions.routes.ts';
import { deliveryOperations } from './webhooks/deliveries.routes.ts';
import { endpointOperations } from './webhooks/endpoints.routes.ts';
import { previewOperations } from './webhooks/preview.routes.ts';
import { replayOperations } from './webhooks/replays.routes.ts';
import { zapierOperations } from './webhooks/zapier.routes.ts';

export const operations: readonly Operation[] = [
  ...practiceOperations,
  ...credentialOperations,
  ...boardOperations,
  ...rosterOperations,
  ...caseOperations,
  ...submissionOperations,
  ...profileOperations,
  ...intakeOperations,
  // Before the entry of a practice, whose path would take its base for an id.
  ...hsdsOperations,
  ...directoryOperations,
  ...catalogOperations,
  ...keyOperations,
  ...operatorKeyOperations,
  ...operatorActOperations,
  ...healthOperations,
  ...joiningOperations,
  ...jointEventOperations,
  ...standingOperations,
  ...partnershipOperations,
  ...referralOperations,
  ...choiceOperations,
  ...checkOperations,
  ...preparedOperations,
  ...messageOperations,
  ...planOperations,
  ...ownDataOperations,
  ...consentRequestOperations,
  ...privacyOperations,
  ...pageLinkOperations,
  ...eventOperations,
  ...endpointOperations,
  ...endpointActions,
  ...deliveryOperations,
  ...previewOperations,
  ...replayOperations,
  ...zapierOperations,
  ...reportOperations,
  ...networkOperations,
  ...shareOperations,
];
