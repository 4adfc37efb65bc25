/** What is served as it is, with headers of ours: it weighs nothing in the Worker. */
import type { Context } from 'hono';
import type { AppEnv } from './app-env.ts';

export async function showAsset(c: Context<AppEnv>, name: string, headers: Record<string, string>) {
  const found = await c.env.ASSETS.fetch(new URL(`/${name}`, c.req.url), c.req.raw);
  const answer = new Response(found.body, found);
  for (const [header, value] of Object.entries(headers)) answer.headers.set(header, value);
  return answer;
}
