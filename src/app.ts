/** The API as a table of contents. */
import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { mountDocs } from './docs/docs.routes.ts';
import { mountWellKnown } from './docs/well-known.routes.ts';
import { mountProbes } from './health/health.routes.ts';
import type { AppEnv } from './http/app-env.ts';
import { frame, onError, onOtherMethod, onUnknownPath } from './http/frame.ts';
import { mount } from './http/mount.ts';
import { mountGuests } from './joining/guests.routes.ts';
import { operations } from './operations.ts';
import { mountCapacityPage } from './pages/capacity/page.tsx';
import { mountChoicePage } from './pages/consent/choice/page.tsx';
import { mountConsentPage } from './pages/consent/page.tsx';
import { mountJoinPage } from './pages/join/page.tsx';
import { mountStyles } from './pages/kit/shell.tsx';
import { mountOperatorPages } from './pages/operator/page.tsx';
import { mountReferralPages } from './pages/referral/page.tsx';
import { mountReportPage } from './pages/report/page.tsx';
import { mountRoles } from './pages/roles/page.tsx';

export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(frame);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => onOtherMethod(c as never, methods),
    }),
  );
  mount(app, operations);
  mountGuests(app);
  mountStyles(app);
  mountConsentPage(app);
  mountChoicePage(app);
  mountReferralPages(app);
  mountReportPage(app);
  mountJoinPage(app);
  mountCapacityPage(app);
  mountOperatorPages(app);
  mountRoles(app);
  mountDocs(app);
  mountWellKnown(app);
  mountProbes(app);
  app.notFound(onUnknownPath);
  app.onError(onError);
  return app;
}
