/** Choices: the way that a client's choice among several practices took. */
import { answerOnce } from '../../http/once.ts';
import { operation, type PracticeRequest, type Reply } from '../../http/operation.ts';
import { toETag } from '../../ledger/versions.ts';
import { many } from '../../platform/db/plan.ts';
import { authorOf } from '../show.ts';
import { askAgainAt, withdrawChoiceAt } from './change.ts';
import { selectMembers } from './choice.repository.ts';
import { ChoiceSchema, choiceExample } from './choice.schemas.ts';
import { presentChoice, requireMembers, type ShownChoice } from './choice.view.ts';

const show = (choice: ShownChoice) => ({ body: choice, headers: { ETag: toETag(choice.version) } });

async function readChoice(request: PracticeRequest<unknown, unknown>, choiceId: string): Promise<Reply> {
  const { exchange, actor } = request;
  const { database, now } = exchange;
  const { rows } = await database.read({ rows: many(selectMembers(database.query, choiceId)) });
  return { status: 200, ...show(presentChoice(requireMembers(rows, actor.practice_id, now))) };
}

export const choiceOperations = [
  operation({
    id: 'getChoice',
    method: 'GET',
    path: '/v1/choices/{choice_id}',
    tag: 'Choices',
    summary: 'Read a choice',
    description:
      'By the sender: the practices that the client was offered, the order in which the client named them, and how each stands, as far as you may know. After a decline or an expiry the next one that the client named is asked, without asking the client anew; one to which nothing can be sent any more is passed over. `choice_id` of a referral names its choice. The practices are told nothing of it: each knows of itself alone.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    response: {
      status: 200,
      description: 'The choice.',
      schema: ChoiceSchema,
      example: choiceExample,
    },
    handle: (request) => readChoice(request, request.params.choice_id),
  }),
  operation({
    id: 'createChoiceConsentRequest',
    method: 'POST',
    path: '/v1/choices/{choice_id}/consent-request',
    tag: 'Choices',
    summary: 'Make a new link for the client',
    description:
      'By the sender, where the client lost the link: to choose, and afterwards to look how it stands and to stop it. Answers with `consent_url`, to be passed on to the client; it is shown this once. The link before stops working. What is asked stays as it was.',
    scope: 'referrals:write',
    whenSuspended: 'sends',
    response: {
      status: 201,
      description: 'The choice with the new link.',
      schema: ChoiceSchema,
      example: {
        ...choiceExample,
        consent_url: 'https://exchange.example/choice/3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc',
      },
    },
    errors: ['invalid_state'],
    handle: (request) => {
      const { params, ifMatch } = request;
      return answerOnce(request, {
        status: 201,
        writeAt: askAgainAt({ author: authorOf(request), choiceId: params.choice_id, ifMatch }),
        show,
        replay: (id) => readChoice(request, id),
      });
    },
  }),
  operation({
    id: 'withdrawChoice',
    method: 'POST',
    path: '/v1/choices/{choice_id}/withdraw',
    tag: 'Choices',
    summary: 'Withdraw a whole choice',
    description:
      'By the sender: takes back the referral that is asked and all that wait, before or after the client answered. To withdraw the one that is asked by itself does the same, as the order is the client’s; one that waits can be withdrawn alone. After an acceptance without the consent’s `feedback` direction only what waits is taken back.',
    scope: 'referrals:write',
    whenSuspended: 'finishes',
    conditional: true,
    response: {
      status: 200,
      description: 'The choice.',
      schema: ChoiceSchema,
      example: { ...choiceExample, state: 'withdrawn', current_referral_id: null },
    },
    errors: ['invalid_state', 'outcome_withheld'],
    handle: (request) => {
      const { params, ifMatch } = request;
      return answerOnce(request, {
        status: 200,
        writeAt: withdrawChoiceAt({ author: authorOf(request), choiceId: params.choice_id, ifMatch }),
        show,
        replay: (id) => readChoice(request, id),
      });
    },
  }),
];
