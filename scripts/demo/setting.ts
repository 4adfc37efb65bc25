/** The first part of the demo: two practices that may refer, each with a CRM, and their partnership. */
import type { InferOutput } from 'valibot';
import type { DirectoryPracticeSchema } from '../../src/directory/directory.schemas.ts';
import type { CreatedKeySchema } from '../../src/keys/keys.schemas.ts';
import type { PartnershipSchema } from '../../src/partnerships/partnerships.schemas.ts';
import type { PracticeSchema, ProfessionalSchema } from '../../src/practices/practices.schemas.ts';
import type { CredentialSchema } from '../../src/verification/credentials.schemas.ts';
import type { CreatedEndpointSchema } from '../../src/webhooks/endpoints/endpoints.schemas.ts';
import { Caller } from './caller.ts';
import { Crm } from './crm.ts';
import type { Narrator } from './narrator.ts';
import { counselor, writer } from './people.ts';

export interface Side {
  readonly practiceId: string;
  readonly caller: Caller;
  readonly crm: Crm;
}

export interface Stage {
  readonly origin: string;
  readonly operator: Caller;
  readonly narrator: Narrator;
  /** Closed at the end, whatever the end is. */
  readonly crms: Crm[];
}

async function createSide(stage: Stage, cast: typeof writer, name: string): Promise<Side> {
  const { origin, operator, narrator, crms } = stage;
  const practice = await operator.call<InferOutput<typeof PracticeSchema>>(
    'POST',
    '/v1/practices',
    cast.practice,
  );
  const professional = await operator.call<InferOutput<typeof ProfessionalSchema>>(
    'POST',
    `/v1/practices/${practice.id}/professionals`,
    cast.professional,
  );
  type Credential = InferOutput<typeof CredentialSchema>;
  const credential = await operator.call<Credential>(
    'POST',
    `/v1/professionals/${professional.id}/credentials`,
    cast.credential,
  );
  const verified = await operator.call<Credential>('POST', `/v1/credentials/${credential.id}/verify`, {
    source: 'Look-up at the issuer (invented)',
  });
  narrator.expect(
    verified.status === 'verified',
    `${cast.professional.name}’s ${cast.credential.kind} is verified`,
  );
  const key = await operator.call<InferOutput<typeof CreatedKeySchema>>(
    'POST',
    `/v1/practices/${practice.id}/keys`,
    {
      name: 'CRM',
    },
  );
  const caller = new Caller(name, origin, key.secret ?? '', narrator);
  const crm = new Crm(name, narrator);
  crms.push(crm);
  const endpoint = await caller.call<InferOutput<typeof CreatedEndpointSchema>>(
    'POST',
    '/v1/webhook-endpoints',
    {
      url: await crm.listen(),
      description: `${cast.practice.name}: CRM`,
      callback: { stages: { 'Closed won': { outcome: 'engage' } } },
    },
  );
  crm.secret = endpoint.secret;
  return { practiceId: practice.id, caller, crm };
}

export async function createSides(stage: Stage): Promise<{ sender: Side; receiver: Side }> {
  stage.narrator.chapter('The operator admits two practices and verifies a credential of each');
  const sender = await createSide(stage, writer, 'Prairie');
  const receiver = await createSide(stage, counselor, 'Elm Street');
  return { sender, receiver };
}

interface Page {
  readonly data: InferOutput<typeof DirectoryPracticeSchema>[];
  readonly next_cursor: string | null;
}

/** A counselor with tests, in the directory; other runs of the demo may stand there too. */
async function findInDirectory({ caller }: Side, wantedId: string): Promise<boolean> {
  const search = '/v1/directory?offer=mbti&profession=career_counselor&jurisdiction=US-NE&limit=100';
  let page = await caller.call<Page>('GET', search);
  while (!page.data.some(({ id }) => id === wantedId) && page.next_cursor !== null)
    page = await caller.call<Page>('GET', `${search}&cursor=${page.next_cursor}`);
  return page.data.some(({ id }) => id === wantedId);
}

export async function makePartnership(sender: Side, receiver: Side, narrator: Narrator): Promise<void> {
  narrator.chapter('Prairie looks for a licensed counselor who offers testing, and they become partners');
  narrator.expect(await findInDirectory(sender, receiver.practiceId), 'Elm Street stands in the directory');
  type Partnership = InferOutput<typeof PartnershipSchema>;
  const invitation = await sender.caller.call<Partnership>('POST', '/v1/partnerships', {
    practice_id: receiver.practiceId,
    message: 'We write résumés in Omaha and often meet clients who need testing. Shall we meet?',
  });
  await receiver.crm.waitFor('partnership.invited', invitation.id);
  narrator.say(
    `Both offer: ${invitation.overlap.services.join(', ')}. They might be competitors, and know it.`,
  );
  const accepted = await receiver.caller.call<Partnership>(
    'POST',
    `/v1/partnerships/${invitation.id}/accept`,
  );
  await sender.crm.waitFor('partnership.accepted', invitation.id);
  narrator.expect(accepted.state === 'active', 'the partnership is active');
}
