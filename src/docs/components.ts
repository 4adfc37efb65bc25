/** The schemas that have a name in the document. */
import {
  CallbackAnswerSchema,
  CallbackAnswersSchema,
  CallbackReportSchema,
} from '../callbacks/callbacks.schemas.ts';
import {
  ConsentInputSchema,
  ConsentRequestInputSchema,
  ConsentSchema,
} from '../consents/consents.schemas.ts';
import { EventSchema } from '../events/envelope.ts';
import { HealthSchema } from '../health/health.schemas.ts';
import type { AnySchema } from '../http/operation.ts';
import { CreatedKeySchema, KeySchema, NewKeySchema } from '../keys/keys.schemas.ts';
import { OperatorActSchema } from '../operators/operator-acts.routes.ts';
import {
  CreatedOperatorKeySchema,
  NewOperatorKeySchema,
  OperatorKeySchema,
} from '../operators/operator-keys.routes.ts';
import { InvitationSchema, PartnershipSchema } from '../partnerships/partnerships.schemas.ts';
import {
  DirectoryEntrySchema,
  DirectoryPracticeSchema,
  NewPracticeSchema,
  NewProfessionalSchema,
  PracticeChangeSchema,
  PracticeSchema,
  ProfessionalSchema,
  ProfileChangeSchema,
} from '../practices/practices.schemas.ts';
import { DisclosureSchema } from '../privacy/disclosures.routes.ts';
import { ReferralExportSchema } from '../privacy/export.ts';
import { LedgerCheckSchema } from '../privacy/ledger.routes.ts';
import { ClientSearchSchema } from '../privacy/search.ts';
import { ClientSchema, DisclosedClientSchema } from '../referrals/client.schemas.ts';
import { PageLinkInputSchema, PageLinkSchema } from '../referrals/page-links.routes.ts';
import {
  AcceptSchema,
  AnswerSchema,
  ContactInputSchema,
  DeclineSchema,
  NewReferralSchema,
  NotEngagedSchema,
  QuestionSchema,
  ReferralSchema,
  ReferralSummarySchema,
} from '../referrals/referrals.schemas.ts';
import {
  DirectionFiguresSchema,
  RateSchema,
  ReciprocityFigureSchema,
  ReciprocityReportSchema,
} from '../reports/reports.schemas.ts';
import {
  CredentialSchema,
  NewCredentialSchema,
  RejectCredentialSchema,
  VerifyCredentialSchema,
} from '../verification/credentials.schemas.ts';
import { DeliverySchema, DeliveryWithAttemptsSchema } from '../webhooks/deliveries.routes.ts';
import {
  CreatedEndpointSchema,
  EndpointChangeSchema,
  EndpointSchema,
  NewEndpointSchema,
  PingSchema,
} from '../webhooks/endpoints/endpoints.schemas.ts';
import { FormatSettingsSchema } from '../webhooks/formats/formats.ts';
import { MappedSchema } from '../webhooks/formats/sources.ts';
import {
  ZapierSampleSchema,
  ZapierSubscribedSchema,
  ZapierSubscriptionSchema,
} from '../webhooks/formats/zapier.ts';
import { ReplayInputSchema, ReplaySchema } from '../webhooks/replays.routes.ts';

/** What callers send. */
export const requestSchemas: Record<string, AnySchema> = {
  ZapierSubscription: ZapierSubscriptionSchema,
  AcceptRequest: AcceptSchema,
  AnswerRequest: AnswerSchema,
  Client: ClientSchema,
  ClientSearchRequest: ClientSearchSchema,
  ConsentRequest: ConsentInputSchema,
  ConsentLinkRequest: ConsentRequestInputSchema,
  ContactRequest: ContactInputSchema,
  CredentialRequest: NewCredentialSchema,
  DeclineRequest: DeclineSchema,
  InvitationRequest: InvitationSchema,
  KeyRequest: NewKeySchema,
  NotEngagedRequest: NotEngagedSchema,
  OperatorKeyRequest: NewOperatorKeySchema,
  CallbackReport: CallbackReportSchema,
  PageLinkRequest: PageLinkInputSchema,
  PracticeChange: PracticeChangeSchema,
  PracticeRequest: NewPracticeSchema,
  ProfessionalRequest: NewProfessionalSchema,
  ProfileChange: ProfileChangeSchema,
  QuestionRequest: QuestionSchema,
  ReferralRequest: NewReferralSchema,
  RejectCredentialRequest: RejectCredentialSchema,
  VerifyCredentialRequest: VerifyCredentialSchema,
  WebhookEndpointChange: EndpointChangeSchema,
  WebhookEndpointRequest: NewEndpointSchema,
  WebhookFormatSettings: FormatSettingsSchema,
  WebhookMappedSource: MappedSchema,
  WebhookReplayRequest: ReplayInputSchema,
};

/** What the API answers. */
export const responseSchemas: Record<string, AnySchema> = {
  ZapierSample: ZapierSampleSchema,
  ZapierSubscribed: ZapierSubscribedSchema,
  CallbackAnswer: CallbackAnswerSchema,
  CallbackAnswers: CallbackAnswersSchema,
  Consent: ConsentSchema,
  CreatedKey: CreatedKeySchema,
  CreatedWebhookEndpoint: CreatedEndpointSchema,
  Credential: CredentialSchema,
  Delivery: DeliverySchema,
  DeliveryWithAttempts: DeliveryWithAttemptsSchema,
  DirectionFigures: DirectionFiguresSchema,
  DirectoryEntry: DirectoryEntrySchema,
  DirectoryPractice: DirectoryPracticeSchema,
  DisclosedClient: DisclosedClientSchema,
  Disclosure: DisclosureSchema,
  Event: EventSchema,
  Health: HealthSchema,
  Key: KeySchema,
  LedgerCheck: LedgerCheckSchema,
  OperatorAct: OperatorActSchema,
  OperatorKey: OperatorKeySchema,
  CreatedOperatorKey: CreatedOperatorKeySchema,
  PageLink: PageLinkSchema,
  Partnership: PartnershipSchema,
  Ping: PingSchema,
  Practice: PracticeSchema,
  Professional: ProfessionalSchema,
  Rate: RateSchema,
  Reciprocity: ReciprocityFigureSchema,
  ReciprocityReport: ReciprocityReportSchema,
  Referral: ReferralSchema,
  ReferralExport: ReferralExportSchema,
  ReferralSummary: ReferralSummarySchema,
  WebhookEndpoint: EndpointSchema,
  WebhookReplay: ReplaySchema,
};
