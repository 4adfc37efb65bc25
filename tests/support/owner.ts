/** What an owner does with endpoints, and the CRMs behind them. */
import type { Exchange } from './harness.ts';
import { type Behaviour, startReceiver } from './receiver.ts';
import { expectStatus, type Practice, type World } from './world.ts';

export function ownerOf(exchange: Exchange, world: World) {
  const closers: (() => Promise<unknown>)[] = [];
  const call = (path: string, body?: unknown, method?: string, key = world.receiver.key) =>
    exchange.call(key, `/v1${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(method ? { method } : {}),
    });
  const post = async (path: string, body?: unknown, key?: string) =>
    expectStatus(await call(path, body, 'POST', key), 200).body;
  const read = async (path: string, key?: string) =>
    expectStatus(await call(path, undefined, 'GET', key), 200).body;

  /** A CRM and an endpoint for it. */
  async function subscribe(
    change: Record<string, unknown> = {},
    behaviour?: Behaviour,
    practice: Practice = world.receiver,
  ) {
    const crm = await startReceiver(behaviour);
    const hook = expectStatus(
      await call('/webhook-endpoints', { url: crm.url, ...change }, 'POST', practice.key),
      201,
    ).body;
    closers.push(crm.close);
    const path = `/webhook-endpoints/${hook.id}`;
    return {
      crm,
      hook,
      path,
      deliveries: async () => (await read(`${path}/deliveries`, practice.key)).data,
      remove: async () => expectStatus(await call(path, undefined, 'DELETE', practice.key), 204),
    };
  }

  const feedOf = async (key: string, type: string) => {
    const found: { type: string; data: Record<string, unknown> }[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: { data: typeof found; next_cursor: string | null } = await read(
        `/events?limit=100${after ? `&after=${after}` : ''}`,
        key,
      );
      found.push(...page.data.filter((event) => event.type === type));
      after = page.next_cursor;
    }
    return found;
  };

  const close = async () => {
    for (const one of closers) await one();
  };
  return { call, post, read, subscribe, feedOf, close };
}
