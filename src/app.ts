/** The API as a table of contents. */
import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { mountDocs } from './docs/docs.routes.ts';
import type { AppEnv } from './http/app-env.ts';
import { frame, mount, onError, originOf } from './http/mount.ts';
import { operations } from './operations.ts';
import { mountConsentPage } from './pages/consent/page.tsx';
import { mountReferralPages } from './pages/referral/page.tsx';
import { notFound, Problem, respondWithProblem } from './platform/problem.ts';

export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(frame);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.join(', ');
        const problem = new Problem('method_not_allowed', `Use ${allow}.`, {}, { Allow: allow });
        return respondWithProblem(problem, originOf(c as never));
      },
    }),
  );
  mount(app, operations);
  mountConsentPage(app);
  mountReferralPages(app);
  mountDocs(app);
  app.notFound((c) => respondWithProblem(notFound(), originOf(c)));
  app.onError(onError);
  return app;
}
