/** CRMs that fail in every way that a receiver can. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Receipt } from './observed.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => number | null;

const says =
  (status: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
    return status;
  };

/** Each returns the status that the exchange must have understood; null where it cannot know one. */
const ANSWERS: readonly Answer[] = [
  says(200),
  says(200),
  says(204),
  says(200, { 'Content-Type': 'application/json' }, '{"id": 1}'),
  says(400, {}, 'no'),
  says(401),
  says(404),
  says(409),
  says(410),
  says(429, { 'Retry-After': '1' }),
  says(429, { 'Retry-After': 'soon' }),
  says(500, {}, '<html>oops'),
  says(503, { 'Retry-After': '2' }),
  says(301, { Location: 'http://127.0.0.1:9/elsewhere' }),
  // It hangs up: before an answer, or within one.
  (_response, request) => {
    request.socket.destroy();
    return null;
  },
  (response) => {
    response.writeHead(200, { 'Content-Length': '1000' }).write('half of it');
    setTimeout(() => response.destroy(), 20);
    return null;
  },
  // It takes its time.
  (response) => {
    setTimeout(() => response.writeHead(200).end(), 3000).unref();
    return 200;
  },
  // It never answers: the exchange gives up by itself.
  () => null,
];

export interface Hook {
  /** Set once the endpoint is there. */
  id: string;
  readonly secrets: string[];
  /** From 0, always well, to 1, always any of `ANSWERS`. */
  readonly practiceId: string;
  illness: number;
}

export async function startReceivers(random: () => number, receipts: Receipt[]) {
  const hooks: Hook[] = [];
  /** Where an outcome can be reported without a key, as the receivers were told. */
  const callbacks: { readonly url: string; readonly referralId: string }[] = [];
  const isSigned = (hook: Hook, body: string, headers: IncomingMessage['headers']) =>
    hook.secrets.some((secret) => {
      try {
        new Webhook(secret).verify(body, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    });

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const hook = hooks[Number(request.url?.slice(1))];
      if (!hook) return response.writeHead(404).end();
      const told = JSON.parse(body);
      const isWell = told.type === 'endpoint.ping' || random() >= hook.illness;
      const answer = isWell ? says(200) : (ANSWERS[Math.floor(random() * ANSWERS.length)] as Answer);
      const { callback_url: url, referral_id: referralId } = told.data;
      if (url) callbacks.push({ url, referralId });
      const status = answer(response, request);
      receipts.push({
        practiceId: hook.practiceId,
        endpointId: hook.id,
        eventId: String(request.headers['webhook-id']),
        type: told.type,
        referralId: told.data.referral_id ?? null,
        at: Date.now(),
        status,
        isSignatureGood: isSigned(hook, body, request.headers),
        body,
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    hooks,
    callbacks,
    add(practiceId: string, illness: number): { readonly hook: Hook; readonly url: string } {
      const hook: Hook = { id: '', practiceId, secrets: [], illness };
      hooks.push(hook);
      return { hook, url: `http://127.0.0.1:${port}/${hooks.length - 1}` };
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export type Receivers = Awaited<ReturnType<typeof startReceivers>>;
