/** Calls the API with one key, and tells of it. */
import { randomUUID } from 'node:crypto';
import { Disappointment, type Narrator } from './narrator.ts';

export type Method = 'GET' | 'POST';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Caller {
  readonly name: string;
  readonly #origin: string;
  readonly #key: string;
  readonly #narrator: Narrator;

  constructor(name: string, origin: string, key: string, narrator: Narrator) {
    this.name = name;
    this.#origin = origin;
    this.#key = key;
    this.#narrator = narrator;
  }

  async #send(method: Method, path: string, body: unknown): Promise<Answer> {
    const startedAt = performance.now();
    const response = await fetch(this.#origin + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.#key}`,
        ...(method === 'POST' ? { 'Idempotency-Key': randomUUID() } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = { status: response.status, body: await response.json() };
    this.#narrator.call(this.name, method, path, response.status, performance.now() - startedAt);
    return answer;
  }

  /** @throws Disappointment, with the words of the problem, for anything but success. */
  async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const answer = await this.#send(method, path, body);
    if (answer.status >= 300)
      throw new Disappointment(`${method} ${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  /** A call that is to be refused. @returns the status */
  async attempt(method: Method, path: string, body?: unknown): Promise<number> {
    return (await this.#send(method, path, body)).status;
  }
}
