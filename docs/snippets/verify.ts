import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 5 * 60;

/**
 * @param secret of the endpoint, `whsec_…`
 * @param headers with lower-case names
 * @param body as it came in, before any JSON parser
 * @throws Error that says why the webhook is not to be trusted
 */
export function verifyWebhook(
  secret: string,
  headers: Record<string, string | string[] | undefined>,
  body: string | Uint8Array,
  nowSeconds = Math.floor(Date.now() / 1000),
): void {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    throw new Error('a webhook header is missing');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS)
    throw new Error('the timestamp is too far from now');
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  // While the secret is rotated there are two signatures.
  for (const one of signatures.split(' ')) {
    const [version, text = ''] = one.split(',', 2);
    const given = Buffer.from(text, 'base64');
    if (version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)) return;
  }
  throw new Error('no signature matches');
}
