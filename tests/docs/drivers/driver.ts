/** Runs the snippet: secret, id, timestamp, signature and now as arguments, the body on stdin. */
import { readFileSync } from 'node:fs';
import { verifyWebhook } from '../../../docs/snippets/verify.ts';

const [secret = '', id, timestamp, signature, now] = process.argv.slice(2);
try {
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  verifyWebhook(secret, headers, readFileSync(0), Number(now));
  console.log('ok');
} catch (error) {
  console.log((error as Error).message);
}
