/**
 * A partner's CRM: a real HTTP server that keeps what it got and answers as it is told; but for the ping by which its
 * address is confirmed, which it takes, and keeps apart.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { PATIENCE_MS } from './until.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

export type Behaviour = (response: ServerResponse, count: number) => void;

export const answering =
  (status: number, headers: Record<string, string> = {}, body = 'ok'): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end(body);

const isConfirmation = ({ body }: Received) =>
  body.includes('endpoint.ping') && body.includes('confirmation');

export async function startReceiver(
  behaviour: Behaviour = answering(200),
  port = 0,
  { takesConfirmation = true } = {},
) {
  const received: Received[] = [];
  const confirmations: Received[] = [];
  const state = { behaviour };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const one = { headers: request.headers, body, at: Date.now(), json: JSON.parse(body) };
      if (takesConfirmation && isConfirmation(one)) {
        confirmations.push(one);
        answering(200)(response, 1);
        return;
      }
      received.push(one);
      state.behaviour(response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;

  async function waitFor(matches: (one: Received) => boolean): Promise<Received> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = received.find(matches);
      if (found) return found;
      if (Date.now() > deadline)
        throw new Error(
          `nothing matching came; got ${received.map(({ json }) => json.type).join(', ') || 'nothing'}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    port: address.port,
    received,
    confirmations,
    waitFor,
    waitForType: (type: string, referralId?: string) =>
      waitFor(
        ({ json }) =>
          json.type === type && (referralId === undefined || json.data.referral_id === referralId),
      ),
    answer: (next: Behaviour) => {
      state.behaviour = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** By the official package. @throws where the signature does not hold. */
export const verifySignature = (secret: string, { headers, body }: Received) =>
  new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  });
