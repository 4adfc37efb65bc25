/** What a practice asks of those who refer to it. */
import * as v from 'valibot';
import { requireKnown, unknownPlan } from '../../catalog/known.ts';
import { answerOnce } from '../../http/once.ts';
import { operation } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { decision, write } from '../../ledger/commit.ts';
import { requireVersion, toETag } from '../../ledger/versions.ts';
import { one } from '../../platform/db/plan.ts';
import { notFound, Problem } from '../../platform/problem.ts';
import {
  FORMS_MAX,
  type IntakeFormRow,
  putForm,
  selectForm,
  selectForms,
  selectLastForm,
} from './intake.repository.ts';
import { formExample, IntakeFormInputSchema, IntakeFormSchema, presentForm } from './intake.schemas.ts';

const show = (row: IntakeFormRow) => ({
  body: presentForm(row),
  headers: { ETag: toETag(row.version) },
});

export const intakeOperations = [
  operation({
    id: 'listIntakeForms',
    method: 'GET',
    path: '/v1/practice/intake-forms',
    tag: 'Practice',
    summary: 'List what you ask of those who refer to you',
    scope: 'practice:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of forms, by service.',
      schema: page(IntakeFormSchema),
      example: { data: [formExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor } = request;
      const { database } = exchange;
      const pager = await pagerOf(request, ['string']);
      const [rows] = await database.batch([
        selectForms(database.query, actor.practice_id, pager.after?.[0] ?? '', pager.rowsMax),
      ]);
      return { status: 200, body: await pager.show(rows, presentForm, ({ service }) => [service]) };
    },
  }),
  operation({
    id: 'setIntakeForm',
    method: 'POST',
    path: '/v1/practice/intake-forms',
    tag: 'Practice',
    summary: 'Set what you ask of those who refer to you',
    description:
      'For one service: a sender answers it with the referral (`client.intake`), and one without an answer that is `required` is refused. Your partners see it in your directory entry and in `POST /v1/referrals/check`. The answers are client data, with a category of the consent of their own (`intake`). Referrals keep the questions as they were.',
    scope: 'practice:write',
    whenSuspended: 'corrects',
    conditional: true,
    body: IntakeFormInputSchema,
    requestExample: { service: formExample.service, questions: formExample.questions },
    response: { status: 200, description: 'The form.', schema: IntakeFormSchema, example: formExample },
    errors: ['limit_reached'],
    handle: (request) => {
      const { exchange, actor, body, ifMatch } = request;
      const { practice_id } = actor;
      const { service, questions = null } = body;
      return answerOnce(request, {
        status: 200,
        writeAt: ({ database, now }) =>
          write({
            subject: `${practice_id} intake`,
            read: {
              form: one(selectForm(database.query, practice_id, service)),
              last: one(selectLastForm(database.query, practice_id)),
              unknown: unknownPlan(database, [
                { pointer: '/service', kind: 'service', otherKind: 'assessment', code: service },
              ]),
            },
            decide: async ({ form, last, unknown }) => {
              await requireKnown(database, unknown, form ? [form.service] : []);
              requireVersion(ifMatch, form?.version ?? 0);
              if (!form && last)
                throw new Problem('limit_reached', `A practice asks about at most ${FORMS_MAX} services.`);
              const row = {
                practice_id,
                service,
                version: (form?.version ?? 0) + 1,
                questions,
                updated_at: now,
              };
              return decision({
                writes: putForm(database.query, row),
                resourceId: service,
                resultOf: () => row,
              });
            },
          }),
        show,
        replay: async () => {
          const { database } = exchange;
          const { form } = await database.read({
            form: one(selectForm(database.query, practice_id, service)),
          });
          if (!form) throw notFound();
          return show(form);
        },
      });
    },
  }),
];
