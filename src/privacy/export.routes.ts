import * as v from 'valibot';
import { operation } from '../http/operation.ts';
import { pageQuery } from '../http/pagination.ts';
import { preparedSummaryExample } from '../referrals/prepared/prepared.schemas.ts';
import { summaryExample } from '../referrals/referrals.examples.ts';
import { exportReferral, ReferralExportSchema } from './export.ts';
import { exportExample } from './privacy.examples.ts';
import { ClientSearchResultSchema, ClientSearchSchema, findReferralsOfClient } from './search.ts';

export const exportOperations = [
  operation({
    id: 'findReferralsOfClient',
    method: 'POST',
    path: '/v1/referrals/search',
    tag: 'Privacy',
    summary: 'Find your referrals of one client',
    description:
      'For a client who asks what you hold. Newest first: the referrals that you sent of the client with this name and one of the given date of birth, e-mail or phone. Nothing is decrypted for it, and what was erased is not found. `prepared` is what you prepared for colleagues who are not on the exchange yet. It changes nothing; it is a POST so that the client stands in no address.',
    scope: 'referrals:read',
    whenSuspended: 'serves_client',
    query: v.strictObject(pageQuery),
    body: ClientSearchSchema,
    requestExample: {
      client: {
        identity: { given_name: 'Robin', family_name: 'Example' },
        contact: { email: 'robin@client.example' },
      },
    },
    response: {
      status: 200,
      description: 'A page of referrals.',
      schema: ClientSearchResultSchema,
      example: {
        data: [{ ...summaryExample, direction: 'sent' }],
        next_cursor: null,
        prepared: [preparedSummaryExample],
      },
    },
    errors: ['invalid_cursor'],
    handle: findReferralsOfClient,
  }),
  operation({
    id: 'exportReferral',
    method: 'GET',
    path: '/v1/referrals/{referral_id}/export',
    tag: 'Privacy',
    summary: 'Export what is held about the client',
    description:
      'By the sender, for the client who asks. Everything that is held here about the client of this referral: the client’s data, the consent with its signature, messages, disclosures and events; contacts and notes of the receiver where the consent lets them reach you. After an erasure `held` is empty.',
    scope: 'referrals:read',
    whenSuspended: 'serves_client',
    response: {
      status: 200,
      description: 'The export.',
      schema: ReferralExportSchema,
      example: exportExample,
    },
    errors: ['sender_only'],
    handle: exportReferral,
  }),
];
