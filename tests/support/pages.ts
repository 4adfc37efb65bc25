/** The pages behind links, as the app itself mounts them: a new one is in every rule about them at once. */
import { createApp } from '../../src/app.ts';

const routes = new Set(
  createApp()
    .routes.filter(({ method, path }) => method !== 'ALL' && path.includes(':token'))
    .map(({ method, path }) => `${method} ${path}`),
);

/** Every route of a page, with this in the place of the link's token. */
export const pageCalls = (token: string) =>
  [...routes].map(
    (route) => route.replace(':token', () => token).split(' ') as [method: string, path: string],
  );
