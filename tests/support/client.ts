/** A client on the hosted page, without a browser: keeps cookies, sends forms. */
import type { Answer, Exchange } from './harness.ts';
import { expectStatus, referralInput, type World } from './world.ts';

/** A referral whose client is asked on our page: its id, and the path of the link. */
export async function askClient(
  exchange: Exchange,
  world: World,
  change: Record<string, unknown> = {},
): Promise<{ id: string; path: string }> {
  const body = referralInput(world.receiver, {
    consent: { method: 'hosted', purposes: ['Career counseling and testing'] },
    ...change,
  });
  const sent = expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body }), 201).body;
  return { id: sent.id, path: new URL(sent.consent_url).pathname };
}

export function clientOn(exchange: Exchange, path: string, headers: Record<string, string> = {}) {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  async function send(to: string, form?: Record<string, string | string[]>): Promise<Answer> {
    const pairs = Object.entries(form ?? {}).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one]),
    );
    const answer = await exchange.call(null, path + to, {
      ...(form === undefined ? {} : { body: new URLSearchParams(pairs).toString() }),
      headers: {
        ...headers,
        ...(cookies.size === 0 ? {} : { Cookie: cookie() }),
        ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return answer;
  }
  /** Of the last page that had it: who is locked out still has the form of before. */
  const hidden = new Map<string, string>();
  const hiddenIn = (name: string, { body }: Answer) => {
    const value = new RegExp(`name="${name}" value="([^"]+)"`).exec(String(body))?.[1];
    if (value !== undefined) hidden.set(name, value);
    return hidden.get(name) ?? '';
  };
  async function say(to: string, form: Record<string, string | string[]> = {}): Promise<Answer> {
    const page = await send('');
    const carried = { form_token: hiddenIn('form_token', page), text_hash: hiddenIn('text_hash', page) };
    return send(to, { ...carried, ...form });
  }
  return {
    cookie,
    /** As when half an hour has passed. */
    endSession: () => cookies.delete('consent_session'),
    read: (to = '') => send(to),
    say,
    giveName: (last_name = 'Testperson') => say('/name', { last_name }),
    agree: (feedback: 'yes' | 'no', category: string[] = []) =>
      say('/grant', { feedback, category, signature: 'Quillon Testperson', agree: 'yes' }),
    deny: () => say('/deny'),
    revoke: () => say('/revoke'),
  };
}
