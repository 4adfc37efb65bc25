/** What owners do to their webhook endpoints and keys. */
import { EVENT_TYPE_NAMES } from '../../src/ledger/event-types.ts';
import type { Practice } from '../../tests/support/world.ts';
import type { Hand } from './hand.ts';
import type { Hook, Receivers } from './receivers.ts';

export interface LastingEndpoint {
  readonly practice: Practice;
  readonly hook: Hook;
  readonly since: number;
}

/** Endpoints that are there from the beginning to the end, one of each practice well and one ailing. */
export async function startEndpoints(
  { act, pick }: Hand,
  receivers: Receivers,
  practices: readonly Practice[],
) {
  const lasting: LastingEndpoint[] = [];

  async function addEndpoint(practice: Practice, illness: number): Promise<Hook | null> {
    const { hook, url } = receivers.add(practice.id, illness);
    const body = { url, event_types: EVENT_TYPE_NAMES, payload: pick(['thin', 'full']) };
    const made = await act({ name: 'endpoint', referralId: null, practice }, '/v1/webhook-endpoints', {
      body,
    });
    if (made?.status !== 201) return null;
    hook.id = made.body.id;
    hook.secrets.push(made.body.secret);
    return hook;
  }
  for (const practice of practices) {
    for (const illness of [0, 0.5]) {
      const hook = await addEndpoint(practice, illness);
      if (!hook) throw new Error('no endpoint could be made');
      lasting.push({ practice, hook, since: Date.now() });
    }
  }

  async function administer(): Promise<void> {
    const { practice, hook } = pick(lasting);
    const path = `/v1/webhook-endpoints/${hook.id}`;
    const by = { referralId: null, practice };
    const since = new Date(Date.now() - 60_000).toISOString();
    const things: readonly (() => Promise<unknown>)[] = [
      () => act({ name: 'disable', ...by }, `${path}/disable`, { method: 'POST' }),
      () => act({ name: 'enable', ...by }, `${path}/enable`, { method: 'POST' }),
      () => act({ name: 'enable', ...by }, `${path}/enable`, { method: 'POST' }),
      () => act({ name: 'replay', ...by }, `${path}/replay`, { body: { since } }),
      () => act({ name: 'ping', ...by }, `${path}/ping`, { method: 'POST' }),
      async () => {
        const rotated = await act({ name: 'rotate', ...by }, `${path}/rotate-secret`, { method: 'POST' });
        if (rotated?.body?.secret) hook.secrets.push(rotated.body.secret);
      },
      async () => {
        const passing = await addEndpoint(practice, 0.3);
        if (passing)
          await act({ name: 'delete', ...by }, `/v1/webhook-endpoints/${passing.id}`, { method: 'DELETE' });
      },
      async () => {
        const made = await act({ name: 'key', ...by }, '/v1/keys', {
          body: { name: 'passing', scopes: ['events:read'] },
        });
        if (made?.status === 201)
          await act({ name: 'revoke key', ...by }, `/v1/keys/${made.body.id}`, { method: 'DELETE' });
      },
    ];
    await pick(things)();
  }
  return { lasting, administer };
}
