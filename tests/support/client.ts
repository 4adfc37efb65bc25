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
  let cookie = '';
  async function send(to: string, form?: Record<string, string | string[]>): Promise<Answer> {
    const pairs = Object.entries(form ?? {}).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one]),
    );
    const answer = await exchange.call(null, path + to, {
      ...(form === undefined ? {} : { body: new URLSearchParams(pairs).toString() }),
      headers: {
        ...headers,
        ...(cookie === '' ? {} : { Cookie: cookie }),
        ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
    });
    cookie = answer.headers.get('Set-Cookie')?.split(';')[0] ?? cookie;
    return answer;
  }
  const hiddenIn = (name: string, { body }: Answer) =>
    new RegExp(`name="${name}" value="([^"]+)"`).exec(String(body))?.[1] ?? '';
  async function say(to: string, form: Record<string, string | string[]> = {}): Promise<Answer> {
    const page = await send('');
    const hidden = { form_token: hiddenIn('form_token', page), text_hash: hiddenIn('text_hash', page) };
    return send(to, { ...hidden, ...form });
  }
  return {
    cookie: () => cookie,
    read: (to = '') => send(to),
    say,
    giveName: (last_name = 'Testperson') => say('/name', { last_name }),
    agree: (feedback: 'yes' | 'no', category: string[] = []) =>
      say('/grant', { feedback, category, signature: 'Quillon Testperson', agree: 'yes' }),
    deny: () => say('/deny'),
    revoke: () => say('/revoke'),
  };
}
