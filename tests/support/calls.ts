/** For every operation of the document a call that succeeds, on things made for it. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uuidOf } from '../../src/platform/db/ids.ts';
import { NO_FIGURES } from '../../src/reports/network/figures.ts';
import type { Exchange } from './harness.ts';
import { inviteColleague, joinBy, verify } from './joining.ts';
import {
  befriend,
  CLIENT,
  consentInput,
  createPractice,
  createWriter,
  expectStatus,
  move,
  nextYear,
  referralInput,
  sendReferral,
  TIME_ZONE,
  thisMonth,
  type World,
} from './world.ts';

export interface ExampleCall {
  readonly key: string;
  readonly path: string;
  readonly body?: unknown;
}

/** No two have the same name. */
let boards = 0;

/** A receiver that takes everything, for the calls that wait for one. */
function startTaker(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      request.resume();
      response.end('ok');
    });
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`),
    );
    server.unref();
  });
}

export function exampleCalls(exchange: Exchange, world: World): Record<string, () => Promise<ExampleCall>> {
  const { operator, sender, receiver } = world;
  const { call } = exchange;
  const newPractice = async () => (await createPractice(exchange, operator)).id;
  const newCredential = async () =>
    expectStatus(
      await call(operator, `/v1/professionals/${sender.professionalId}/credentials`, {
        body: {
          kind: 'certification',
          title: 'CPRW',
          issuer: 'Association',
          number: 'C-2',
          expires_on: nextYear,
        },
      }),
      201,
    ).body.id as string;
  const newBoardBody = () => {
    boards += 1;
    return { name: `Board ${boards}`, jurisdiction: 'US-NE', when_unlisted: 'queue' };
  };
  const newBoard = async () =>
    expectStatus(await call(operator, '/v1/boards', { body: newBoardBody() }), 201).body.id as string;
  const rosterBody = { as_of: '2026-10-01', source: 'The board’s file', fingerprint: 'abc' };
  const newRoster = async (boardId?: string) =>
    expectStatus(
      await call(operator, `/v1/boards/${boardId ?? (await newBoard())}/rosters`, { body: rosterBody }),
      201,
    ).body as { id: string; board_id: string };
  /** Of a credential that its board does not list. */
  const newCase = async () => {
    const boardId = await newBoard();
    const { professionalId } = await createWriter(exchange, operator);
    const body = {
      kind: 'licence',
      title: 'T',
      issuer: 'B',
      number: 'N-1',
      jurisdiction: 'US-NE',
      board_id: boardId,
    };
    const path = `/v1/professionals/${professionalId}/credentials`;
    const { id } = expectStatus(
      await call(operator, path, { body: { ...body, expires_on: nextYear } }),
      201,
    ).body;
    const roster = await newRoster(boardId);
    expectStatus(await call(operator, `/v1/rosters/${roster.id}/complete`, { method: 'POST' }), 200);
    await exchange.minute();
    const [found] = await exchange.sql<{ id: string }>(
      'select id from verification_cases where credential_id = ?',
      id,
    );
    return found?.id;
  };
  const newInvitation = async () => {
    const inviter = await createWriter(exchange, operator);
    const invited = await call(inviter.key, '/v1/partnerships', {
      body: { practice_id: receiver.id, message: 'Hello' },
    });
    return { id: expectStatus(invited, 201).body.id as string, inviter };
  };
  const newPartnership = async () => {
    const { id, inviter } = await newInvitation();
    expectStatus(await call(receiver.key, `/v1/partnerships/${id}/accept`, { method: 'POST' }), 200);
    return { id, inviter };
  };
  const newJointEvent = async (key?: string) =>
    expectStatus(
      await call(key ?? (await newPartnership()).inviter.key, '/v1/joint-events', {
        body: { name: 'Evening', starts_at: '2031-10-09T15:00:00Z', host_practice_ids: [receiver.id] },
      }),
      201,
    ).body.id as string;
  const taker = startTaker();
  const newEndpoint = async (url = 'http://127.0.0.1:9/hook') =>
    expectStatus(
      await call(receiver.key, '/v1/webhook-endpoints', {
        body: { url, event_types: ['referral.expired'] },
      }),
      201,
    ).body.id as string;
  const zap = { event: 'referral.sent', targetUrl: 'http://127.0.0.1:9/zap' };
  const newKey = async () =>
    expectStatus(
      await call(sender.key, '/v1/keys', { body: { name: 'extra', scopes: ['referrals:read'] } }),
      201,
    ).body.id as string;
  const sent = () => sendReferral(exchange, world);
  const newChoice = async () => {
    const other = await createPractice(exchange, operator);
    await befriend(exchange, other, sender);
    const { receiver_practice_id: _one, ...body } = referralInput(receiver, {
      consent: { method: 'hosted' },
    });
    const candidates = [receiver.id, other.id];
    const made = await call(sender.key, '/v1/referrals', { body: { ...body, candidates } });
    return expectStatus(made, 201).body.choice_id as string;
  };
  const accepted = async () => {
    const id = await sent();
    expectStatus(await move(exchange, receiver, id, 'accept'), 200);
    return id;
  };
  const engaged = async () => {
    const id = await accepted();
    expectStatus(await move(exchange, receiver, id, 'engage'), 200);
    return id;
  };
  const asked = async () => {
    const id = await sent();
    expectStatus(await move(exchange, receiver, id, 'request-info', { question: 'Tested before?' }), 200);
    return id;
  };
  const planItem = async () => {
    const path = `/v1/referrals/${await accepted()}/plan/items`;
    const body = { text: 'A first draft', owner: 'sender' };
    return `${path}/${expectStatus(await call(sender.key, path, { body }), 201).body.id}`;
  };
  const someEventId = async () => (await call(sender.key, '/v1/events?limit=1')).body.data[0].id as string;
  const someDeliveryId = async () => {
    const url = 'http://127.0.0.1:9/hook';
    const endpoint = expectStatus(
      await call(receiver.key, '/v1/webhook-endpoints', { body: { url, event_types: ['referral.sent'] } }),
      201,
    );
    await sent();
    const [{ id }] = (await call(receiver.key, `/v1/webhook-endpoints/${endpoint.body.id}/deliveries`)).body
      .data;
    await call(receiver.key, `/v1/webhook-endpoints/${endpoint.body.id}`, { method: 'DELETE' });
    return id as string;
  };
  const preparedInput = (invitation_id: string) => ({
    invitation_id,
    service: 'career_counseling',
    reason: 'testing_needed',
    client_jurisdiction: 'US-NE',
    client: CLIENT,
  });
  /** What a practice prepared for somebody who has registered. */
  const prepared = async () => {
    const inviter = await createWriter(exchange, operator);
    const invitation = await joinBy(exchange, inviter);
    const body = preparedInput(invitation.id);
    const { id } = expectStatus(await call(inviter.key, '/v1/prepared-referrals', { body }), 201).body;
    return { inviter, invitation, path: `/v1/prepared-referrals/${id}` };
  };
  const at = (key: string, path: string, body?: unknown): ExampleCall => ({
    key,
    path,
    ...(body === undefined ? {} : { body }),
  });
  /** A practice that asks for another name. */
  const renaming = async (name: string) => {
    const id = await newPractice();
    await exchange.sql(
      'update practices set requested_name = ?, version = version + 1 where id = ?',
      name,
      id,
    );
    return id;
  };
  const month = thisMonth();
  const practiceBody = {
    name: 'New Practice',
    city: 'Omaha',
    jurisdiction: 'US-NE',
    time_zone: TIME_ZONE,
    scope_of_services: 'Everything.',
  };

  return {
    createPractice: async () => at(operator, '/v1/practices', practiceBody),
    listPractices: async () => at(operator, '/v1/practices?limit=2'),
    getPractice: async () => at(operator, `/v1/practices/${sender.id}`),
    updatePractice: async () => at(operator, `/v1/practices/${sender.id}`, { verbal_consent_allowed: false }),
    suspendPractice: async () => at(operator, `/v1/practices/${await newPractice()}/suspend`),
    reinstatePractice: async () => {
      const id = await newPractice();
      expectStatus(await call(operator, `/v1/practices/${id}/suspend`, { method: 'POST' }), 200);
      return at(operator, `/v1/practices/${id}/reinstate`);
    },
    approvePracticeName: async () =>
      at(operator, `/v1/practices/${await renaming('Agreed')}/approve-name`, { name: 'Agreed' }),
    rejectPracticeName: async () =>
      at(operator, `/v1/practices/${await renaming('Refused')}/reject-name`, { reason: 'Taken.' }),
    createProfessional: async () =>
      at(operator, `/v1/practices/${await newPractice()}/professionals`, {
        name: 'A. Person',
        profession: 'psychologist',
      }),
    listProfessionalsOfPractice: async () => at(operator, `/v1/practices/${sender.id}/professionals`),
    createCredential: async () =>
      at(operator, `/v1/professionals/${sender.professionalId}/credentials`, {
        kind: 'membership',
        title: 'Member',
        issuer: 'Association',
        number: 'M-1',
        expires_on: nextYear,
      }),
    getCredential: async () => at(operator, `/v1/credentials/${sender.credentialId}`),
    verifyCredential: async () =>
      at(operator, `/v1/credentials/${await newCredential()}/verify`, { level: 'registry_matched' }),
    rejectCredential: async () =>
      at(operator, `/v1/credentials/${await newCredential()}/reject`, { reason: 'No such number.' }),
    suspendCredential: async () => {
      const id = await newCredential();
      expectStatus(await call(operator, `/v1/credentials/${id}/verify`, { body: {} }), 200);
      return at(operator, `/v1/credentials/${id}/suspend`, { reason: 'Under investigation.' });
    },
    listCredentials: async () => at(operator, `/v1/credentials?limit=2&expires_before=${nextYear}`),
    listCredentialDecisions: async () => at(operator, `/v1/credentials/${sender.credentialId}/decisions`),
    createBoard: async () => at(operator, '/v1/boards', newBoardBody()),
    listBoards: async () => at(operator, '/v1/boards?limit=2'),
    getBoard: async () => at(operator, `/v1/boards/${await newBoard()}`),
    updateBoard: async () => at(operator, `/v1/boards/${await newBoard()}`, { when_unlisted: 'suspend' }),
    createRoster: async () => at(operator, `/v1/boards/${await newBoard()}/rosters`, rosterBody),
    listRosters: async () => at(operator, `/v1/boards/${await newBoard()}/rosters`),
    getRoster: async () => at(operator, `/v1/rosters/${(await newRoster()).id}`),
    addRosterLines: async () =>
      at(operator, `/v1/rosters/${(await newRoster()).id}/lines`, {
        lines: [{ line: 1, number: 'L-7', name: 'Alder, J.' }],
      }),
    completeRoster: async () => at(operator, `/v1/rosters/${(await newRoster()).id}/complete`),
    countVerificationCases: async () => at(operator, '/v1/verification-cases/counts'),
    listVerificationCases: async () => at(operator, '/v1/verification-cases?limit=2&kind=disagrees'),
    resolveVerificationCase: async () =>
      at(operator, `/v1/verification-cases/${await newCase()}/resolve`, {
        resolution: 'verified',
        reason: 'Asked by telephone.',
      }),
    createOwnProfessional: async () =>
      at((await createWriter(exchange, operator)).key, '/v1/practice/professionals', {
        name: 'B. Person',
        profession: 'career_coach',
      }),
    createOwnCredential: async () => {
      const fresh = await createWriter(exchange, operator);
      return at(fresh.key, `/v1/practice/professionals/${fresh.professionalId}/credentials`, {
        kind: 'licence',
        title: 'Licence',
        issuer: 'Board',
        number: 'L-9',
        jurisdiction: 'US-NE',
        expires_on: nextYear,
      });
    },
    createKeyOfPractice: async () =>
      at(operator, `/v1/practices/${await newPractice()}/keys`, { name: 'first' }),
    listKeysOfPractice: async () => at(operator, `/v1/practices/${sender.id}/keys`),
    revokeKeyOfPractice: async () => at(operator, `/v1/practices/${sender.id}/keys/${await newKey()}`),
    listOperatorKeys: async () => at(operator, '/v1/operator/keys'),
    getHealth: async () => ({ key: operator, path: '/v1/operator/health' }),
    createOperatorKey: async () => at(operator, '/v1/operator/keys', { name: 'second operator' }),
    revokeOperatorKey: async () =>
      at(
        operator,
        `/v1/operator/keys/${expectStatus(await call(operator, '/v1/operator/keys', { body: { name: 'short' } }), 201).body.id}`,
      ),
    listOperatorActs: async () => at(sender.key, '/v1/practice/operator-acts?limit=2'),
    getOwnPractice: async () => at(sender.key, '/v1/practice'),
    updateOwnPractice: async () => at(sender.key, '/v1/practice', { capacity: 'accepting' }),
    confirmCapacity: async () => at(sender.key, '/v1/practice/confirm-capacity'),
    listIntakeForms: async () => at(receiver.key, '/v1/practice/intake-forms?limit=2'),
    setIntakeForm: async () => {
      const fresh = await createWriter(exchange, operator);
      const questions = { type: 'object', properties: { since: { type: 'integer', title: 'Since when?' } } };
      return at(fresh.key, '/v1/practice/intake-forms', { service: 'resume_writing', questions });
    },
    listProfessionals: async () => at(sender.key, '/v1/professionals'),
    listDirectory: async () => at(sender.key, '/v1/directory?limit=2&offer=career_counseling'),
    getDirectoryEntry: async () => at(sender.key, `/v1/directory/${receiver.id}`),
    getHsds: async () => at(sender.key, '/v1/directory/hsds'),
    listHsdsServices: async () => at(sender.key, '/v1/directory/hsds/services?full=true&per_page=2'),
    getHsdsService: async () => {
      // Not of the sender, which is not listed while a test has it suspended.
      const path = `/v1/directory/hsds/organizations/${uuidOf(receiver.id)}`;
      const { body } = await exchange.call(sender.key, path);
      return at(sender.key, `/v1/directory/hsds/services/${body.services[0].id}`);
    },
    listHsdsOrganizations: async () => at(sender.key, '/v1/directory/hsds/organizations?per_page=2'),
    getHsdsOrganization: async () =>
      at(sender.key, `/v1/directory/hsds/organizations/${uuidOf(receiver.id)}`),
    listHsdsTaxonomies: async () => at(sender.key, '/v1/directory/hsds/taxonomies?per_page=2'),
    listHsdsTaxonomyTerms: async () => at(sender.key, '/v1/directory/hsds/taxonomy_terms?per_page=2'),
    listCatalog: async () => at(sender.key, '/v1/catalog?kind=service&limit=2'),
    listCatalogOfOperator: async () => at(operator, '/v1/operator/catalog?limit=2'),
    putCatalogTerm: async () =>
      at(operator, '/v1/operator/catalog', {
        kind: 'service',
        code: 'beekeeping',
        labels: { en: 'Beekeeping', es: 'Apicultura' },
        retired: false,
      }),
    createKey: async () => at(sender.key, '/v1/keys', { name: 'second', scopes: ['referrals:read'] }),
    listKeys: async () => at(sender.key, '/v1/keys?limit=1'),
    revokeKey: async () => at(sender.key, `/v1/keys/${await newKey()}`),
    invitePartner: async () =>
      at((await createWriter(exchange, operator)).key, '/v1/partnerships', {
        practice_id: receiver.id,
        message: 'Hello',
      }),
    listPartnerships: async () => at(sender.key, '/v1/partnerships'),
    getPartnership: async () => at(sender.key, `/v1/partnerships/${world.partnershipId}`),
    acceptPartnership: async () => at(receiver.key, `/v1/partnerships/${(await newInvitation()).id}/accept`),
    declinePartnership: async () =>
      at(receiver.key, `/v1/partnerships/${(await newInvitation()).id}/decline`),
    pausePartnership: async () => at(receiver.key, `/v1/partnerships/${(await newPartnership()).id}/pause`),
    resumePartnership: async () => {
      const { id } = await newPartnership();
      expectStatus(await call(receiver.key, `/v1/partnerships/${id}/pause`, { method: 'POST' }), 200);
      return at(receiver.key, `/v1/partnerships/${id}/resume`);
    },
    endPartnership: async () => at(receiver.key, `/v1/partnerships/${(await newPartnership()).id}/end`),
    inviteColleague: async () =>
      at((await createWriter(exchange, operator)).key, '/v1/join-invitations', {
        invitee_name: 'Robin Cedar',
        message: 'Hello',
        valid_days: 3,
      }),
    listJoinInvitations: async () => at(sender.key, '/v1/join-invitations?limit=2'),
    revokeJoinInvitation: async () => {
      const inviter = await createWriter(exchange, operator);
      return at(inviter.key, `/v1/join-invitations/${(await inviteColleague(exchange, inviter)).id}`);
    },
    listRegistrations: async () => at(operator, '/v1/registrations?limit=2&state=admitted'),
    admitRegistration: async () => {
      const { id, credentialId } = await joinBy(exchange, await createWriter(exchange, operator));
      await verify(exchange, operator, credentialId);
      return at(operator, `/v1/registrations/${id}/admit`);
    },
    refuseRegistration: async () => {
      const { id } = await joinBy(exchange, await createWriter(exchange, operator));
      return at(operator, `/v1/registrations/${id}/refuse`, { reason: 'Unknown.' });
    },
    prepareReferral: async () => {
      const inviter = await createWriter(exchange, operator);
      const { id } = await inviteColleague(exchange, inviter);
      return at(inviter.key, '/v1/prepared-referrals', preparedInput(id));
    },
    listPreparedReferrals: async () => {
      const { inviter } = await prepared();
      return at(inviter.key, '/v1/prepared-referrals?limit=2&open=true');
    },
    getPreparedReferral: async () => {
      const { inviter, path } = await prepared();
      return at(inviter.key, path);
    },
    movePreparedReferral: async () => {
      const { inviter, path } = await prepared();
      return at(inviter.key, path, { invitation_id: (await inviteColleague(exchange, inviter)).id });
    },
    checkPreparedReferral: async () => {
      const { inviter, path } = await prepared();
      return at(inviter.key, `${path}/check`, { receiver_practice_id: receiver.id });
    },
    sendPreparedReferral: async () => {
      const { inviter, path, invitation } = await prepared();
      await verify(exchange, operator, invitation.credentialId);
      const admitted = await call(operator, `/v1/registrations/${invitation.id}/admit`, { method: 'POST' });
      expectStatus(admitted, 200);
      return at(inviter.key, `${path}/send`, { consent: consentInput() });
    },
    discardPreparedReferral: async () => {
      const { inviter, path } = await prepared();
      return at(inviter.key, path);
    },
    createJointEvent: async () =>
      at((await newPartnership()).inviter.key, '/v1/joint-events', {
        name: 'Evening',
        starts_at: '2031-10-09T15:00:00Z',
        host_practice_ids: [receiver.id],
      }),
    listJointEvents: async () => at(receiver.key, '/v1/joint-events?limit=2'),
    getJointEvent: async () => at(receiver.key, `/v1/joint-events/${await newJointEvent()}`),
    updateJointEvent: async () =>
      at(receiver.key, `/v1/joint-events/${await newJointEvent()}`, { name: 'Morning' }),
    leaveJointEvent: async () => {
      const { inviter } = await newPartnership();
      return at(inviter.key, `/v1/joint-events/${await newJointEvent(inviter.key)}`);
    },
    updatePartnership: async () =>
      at(receiver.key, `/v1/partnerships/${(await newPartnership()).id}`, {
        review_on: nextYear,
        meeting: { starts_at: '2031-10-09T15:00:00Z', place: 'Here' },
        newsletter: { email: 'office@elm.example' },
        notes: 'Prefers the telephone.',
      }),
    attestPartnership: async () =>
      at(receiver.key, `/v1/partnerships/${(await newPartnership()).id}/attest`, {
        attested_by: 'Jordan Alder',
        text_version: '2026-12',
      }),
    thankPartner: async () => at(receiver.key, `/v1/partnerships/${(await newPartnership()).id}/thanks`),
    getAttestationText: async () => at(sender.key, '/v1/partnerships/attestation'),
    getMeeting: async () => {
      const path = `/v1/partnerships/${(await newPartnership()).id}`;
      const meeting = { starts_at: '2031-10-09T15:00:00Z' };
      expectStatus(await call(receiver.key, path, { method: 'PATCH', body: { meeting } }), 200);
      return at(receiver.key, `${path}/meeting`);
    },
    listNewsletterReaders: async () => at(sender.key, '/v1/partnerships/mailing-list?limit=2'),
    updateReferral: async () =>
      at(receiver.key, `/v1/referrals/${await accepted()}`, {
        external_ids: [{ system: 'our_crm', id: '4711' }],
        metadata: { intake: 'desk 2' },
      }),
    sendReferral: async () => at(sender.key, '/v1/referrals', referralInput(receiver)),
    checkReferral: async () => at(sender.key, '/v1/referrals/check', referralInput(receiver)),
    listReferrals: async () => at(sender.key, '/v1/referrals?limit=2'),
    getReferral: async () => at(receiver.key, `/v1/referrals/${await accepted()}`),
    recordConsent: async () =>
      at(
        sender.key,
        `/v1/referrals/${await sendReferral(exchange, world, { consent: undefined })}/consent`,
        consentInput(),
      ),
    acceptReferral: async () => at(receiver.key, `/v1/referrals/${await sent()}/accept`, {}),
    declineReferral: async () =>
      at(receiver.key, `/v1/referrals/${await sent()}/decline`, {
        reason: 'at_capacity',
        note: 'Until January.',
      }),
    requestInfo: async () =>
      at(receiver.key, `/v1/referrals/${await sent()}/request-info`, { question: 'Tested before?' }),
    provideInfo: async () =>
      at(sender.key, `/v1/referrals/${await asked()}/provide-info`, { answer: 'Yes.' }),
    waitlistReferral: async () => at(receiver.key, `/v1/referrals/${await accepted()}/waitlist`),
    recordContact: async () =>
      at(receiver.key, `/v1/referrals/${await accepted()}/contacts`, { kind: 'reached' }),
    engageReferral: async () => at(receiver.key, `/v1/referrals/${await accepted()}/engage`),
    markNotEngaged: async () =>
      at(receiver.key, `/v1/referrals/${await accepted()}/not-engaged`, {
        reason: 'other',
        note: 'Moved away.',
      }),
    completeReferral: async () => at(receiver.key, `/v1/referrals/${await engaged()}/complete`),
    postMessage: async () =>
      at(receiver.key, `/v1/referrals/${await accepted()}/messages`, { text: 'Shall we talk on Tuesday?' }),
    getPlan: async () => at(receiver.key, `/v1/referrals/${await accepted()}/plan`),
    addPlanItem: async () =>
      at(sender.key, `/v1/referrals/${await accepted()}/plan/items`, {
        text: 'A first draft',
        owner: 'sender',
      }),
    changePlanItem: async () => at(receiver.key, await planItem(), { done: true }),
    removePlanItem: async () => at(receiver.key, await planItem()),
    withdrawReferral: async () => at(sender.key, `/v1/referrals/${await sent()}/withdraw`),
    undoMove: async () => at(receiver.key, `/v1/referrals/${await accepted()}/undo`),
    getChoice: async () => at(sender.key, `/v1/choices/${await newChoice()}`),
    createChoiceConsentRequest: async () =>
      at(sender.key, `/v1/choices/${await newChoice()}/consent-request`),
    withdrawChoice: async () => at(sender.key, `/v1/choices/${await newChoice()}/withdraw`),
    createPageLink: async () => ({
      key: receiver.key,
      path: `/v1/referrals/${await sent()}/page-links`,
      body: { valid_days: 3 },
    }),
    createConsentRequest: async () =>
      at(
        sender.key,
        `/v1/referrals/${await sendReferral(exchange, world, { consent: { method: 'hosted' } })}/consent-request`,
        { purposes: ['Testing'] },
      ),
    listDisclosures: async () => at(sender.key, `/v1/referrals/${await accepted()}/disclosures?limit=5`),
    findReferralsOfClient: async () =>
      at(sender.key, '/v1/referrals/search?limit=2', {
        client: {
          identity: { given_name: 'Quillon', family_name: 'Testperson' },
          contact: { phone: CLIENT.contact.phone },
        },
      }),
    exportReferral: async () => at(sender.key, `/v1/referrals/${await accepted()}/export`),
    checkLedger: async () => at(receiver.key, `/v1/referrals/${await accepted()}/ledger`),
    eraseReferral: async () => at(sender.key, `/v1/referrals/${await accepted()}/erase`),
    listEvents: async () => at(sender.key, '/v1/events?limit=3'),
    getEvent: async () => at(sender.key, `/v1/events/${await someEventId()}`),
    createWebhookEndpoint: async () => {
      const fresh = await createWriter(exchange, operator);
      const url = 'http://127.0.0.1:9/hook';
      return at(fresh.key, '/v1/webhook-endpoints', { url, headers: { 'X-Token': 'abc' }, payload: 'full' });
    },
    listWebhookEndpoints: async () => at(receiver.key, '/v1/webhook-endpoints'),
    getWebhookEndpoint: async () => at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint()}`),
    updateWebhookEndpoint: async () =>
      at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint()}`, {
        event_types: ['referral.sent'],
        withheld_categories: ['notes'],
        headers: {},
      }),
    previewWebhook: async () =>
      at(receiver.key, '/v1/webhook-endpoints/preview', {
        endpoint_id: await newEndpoint(),
        event_type: 'referral.sent',
        answer: { status: 409 },
      }),
    deleteWebhookEndpoint: async () => at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint()}`),
    enableWebhookEndpoint: async () => {
      const id = await newEndpoint(await taker);
      expectStatus(await call(receiver.key, `/v1/webhook-endpoints/${id}/disable`, { method: 'POST' }), 200);
      return at(receiver.key, `/v1/webhook-endpoints/${id}/enable`);
    },
    disableWebhookEndpoint: async () =>
      at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint()}/disable`),
    rotateWebhookSecret: async () =>
      at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint()}/rotate-secret`),
    pingWebhookEndpoint: async () =>
      at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint(await taker)}/ping`),
    listDeliveries: async () => at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint()}/deliveries`),
    getDelivery: async () => at(receiver.key, `/v1/deliveries/${await someDeliveryId()}`),
    retryDelivery: async () => {
      const url = 'http://127.0.0.1:9/hook';
      const endpoint = expectStatus(
        await call(receiver.key, '/v1/webhook-endpoints', { body: { url, event_types: ['referral.sent'] } }),
        201,
      );
      await sent();
      const list = await call(receiver.key, `/v1/webhook-endpoints/${endpoint.body.id}/deliveries`);
      return at(receiver.key, `/v1/deliveries/${list.body.data[0].id}/retry`);
    },
    replayWebhookEndpoint: async () =>
      at(receiver.key, `/v1/webhook-endpoints/${await newEndpoint()}/replay`, {
        since: new Date(Date.now() - 3_600_000).toISOString(),
      }),
    getWebhookReplay: async () => {
      const body = { since: new Date(Date.now() - 3_600_000).toISOString() };
      const path = `/v1/webhook-endpoints/${await newEndpoint()}/replay`;
      const { id } = expectStatus(await call(receiver.key, path, { body }), 201).body;
      return at(receiver.key, `/v1/webhook-replays/${id}`);
    },
    subscribeZap: async () => at(receiver.key, '/v1/zapier/hooks', zap),
    unsubscribeZap: async () => {
      const subscribed = await call(receiver.key, '/v1/zapier/hooks', { body: zap });
      return at(receiver.key, `/v1/zapier/hooks/${expectStatus(subscribed, 201).body.id}`);
    },
    sampleZap: async () => at(receiver.key, '/v1/zapier/samples?event=referral.sent&detail=full'),
    createReportShare: async () => at(sender.key, '/v1/reports/shares', { month, valid_days: 2 }),
    listReportShares: async () => at(sender.key, '/v1/reports/shares?limit=2'),
    revokeReportShare: async () => {
      const shared = await call(sender.key, '/v1/reports/shares', { body: { month } });
      return at(sender.key, `/v1/reports/shares/${expectStatus(shared, 201).body.id}`);
    },
    getNetworkReport: async () => {
      await exchange.sql(
        'insert or ignore into network_months (month, counted_at, figures) values (?, 1, ?)',
        '2026-01',
        JSON.stringify(NO_FIGURES),
      );
      return at(operator, '/v1/reports/network?month=2026-01');
    },
    getReciprocityReport: async () => at(sender.key, `/v1/reports/reciprocity?month=${month}&history=true`),
  };
}

/** Frees what the calls used up, where a practice may have only so many. */
export const freeEndpoints = (exchange: Exchange) =>
  exchange.sql('update webhook_endpoints set deleted_at = 1, enabled = 0 where deleted_at is null');
