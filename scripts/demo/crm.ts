/** Stands for a practice's CRM: a real HTTP server that believes nothing without a valid signature. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { InferOutput } from 'valibot';
import type { CallbackAnswer } from '../../src/callbacks/callbacks.schemas.ts';
import type { EventSchema } from '../../src/events/envelope.ts';
import type { EventType } from '../../src/ledger/event-types.ts';
import { Disappointment, type Narrator } from './narrator.ts';

const ARRIVAL_MS_MAX = 15_000;

type ExchangeEvent = InferOutput<typeof EventSchema>;

interface Arrival {
  readonly event: ExchangeEvent;
  readonly latencyMs: number;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export class Crm {
  readonly #owner: string;
  readonly #narrator: Narrator;
  readonly #server: Server;
  readonly #arrivals: Arrival[] = [];
  readonly #waiting = new Set<() => void>();
  #refused = 0;
  /** Shown once, when the endpoint was created. */
  secret = '';

  constructor(owner: string, narrator: Narrator) {
    this.#owner = owner;
    this.#narrator = narrator;
    this.#server = createServer(async (request, response) => {
      const isGenuine = this.#receive(await readText(request), request.headers);
      response.writeHead(isGenuine ? 204 : 401).end();
    });
  }

  /** @returns the URL for its endpoint */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks/referrals`;
  }

  #receive(body: string, headers: IncomingMessage['headers']): boolean {
    const arrivedAt = Date.now();
    try {
      const event = new Webhook(this.secret).verify(body, headers as Record<string, string>) as ExchangeEvent;
      this.#arrivals.push({ event, latencyMs: arrivedAt - Date.parse(event.timestamp) });
    } catch {
      this.#refused += 1;
      return false;
    }
    for (const look of this.#waiting) look();
    return true;
  }

  get latenciesMs(): number[] {
    return this.#arrivals.map(({ latencyMs }) => latencyMs);
  }

  get refused(): number {
    return this.#refused;
  }

  /** @throws Disappointment where it does not come. */
  async waitFor(type: EventType, subjectId: string): Promise<ExchangeEvent> {
    const find = () =>
      this.#arrivals.find(
        ({ event }) =>
          event.type === type && [event.data.referral_id, event.data.partnership_id].includes(subjectId),
      );
    const arrival = await new Promise<Arrival>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Disappointment(`${type} did not reach ${this.#owner}’s CRM in ${ARRIVAL_MS_MAX / 1000} s`),
        );
      }, ARRIVAL_MS_MAX);
      const look = () => {
        const found = find();
        if (!found) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
    this.#narrator.arrival(this.#owner, type, arrival.latencyMs);
    return arrival.event;
  }

  /** Reports by the link of a webhook: without a key. */
  async post(callbackUrl: string, body: unknown): Promise<CallbackAnswer> {
    const answer = await fetch(callbackUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as CallbackAnswer;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
