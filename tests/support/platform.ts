/**
 * Stands in for Cloudflare's API as far as wrangler asks it when it deploys
 * (https://developers.cloudflare.com/api/: Workers, D1, Queues). Its D1 runs what it is sent.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

const UNKNOWN_WORKER = { code: 10007, message: 'This Worker does not exist on your account.' };

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

export async function startPlatform() {
  const database = new DatabaseSync(':memory:');
  /** By the name of the Worker. */
  const uploads = new Map<string, string>();
  const calls: string[] = [];

  function query(sql: string): unknown[] {
    if (/^\s*select/i.test(sql)) return database.prepare(sql).all();
    database.exec(sql);
    return [];
  }

  function answer(method: string, path: string, body: string): unknown {
    const [, worker = ''] = /\/workers\/(?:scripts|services)\/([\w-]+)/.exec(path) ?? [];
    if (path.endsWith('/query')) return [{ results: query(JSON.parse(body).sql), success: true, meta: {} }];
    if (path.endsWith('/queues'))
      return [
        { queue_id: 'queue', queue_name: 'referral-exchange-deliveries', producers: [], consumers: [] },
      ];
    if (path.endsWith('/assets-upload-session')) return { jwt: 'jwt', buckets: [] };
    if (path.endsWith('/deployments')) return { deployments: [] };
    if (path.endsWith('/changeset')) return { added: [], removed: [], updated: [], conflicting: [] };
    if (/\/workers\/workers\//.test(path)) return { subdomain: { enabled: false, previews_enabled: false } };
    if (path.endsWith('/settings')) return { bindings: [] };
    if (worker && method === 'GET' && !uploads.has(worker)) return null;
    if (worker && method === 'PUT' && path.endsWith(worker)) {
      uploads.set(worker, body);
      return { id: worker, etag: 'etag', startup_time_ms: 7 };
    }
    if (path.endsWith('/secrets'))
      return [...(uploads.get(worker) ?? '').matchAll(/"name":"(\w+)","type":"secret_text"/g)].map(
        ([, name]) => ({ name, type: 'secret_text' }),
      );
    return method === 'GET' ? [] : {};
  }

  const server = createServer(async (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    calls.push(`${request.method} ${path.replace(/.*\/accounts\/\w+/, '')}`);
    let [result, errors]: [unknown, unknown[]] = [null, []];
    try {
      result = answer(request.method ?? '', path, await textOf(request));
      if (result === null) errors = [UNKNOWN_WORKER];
    } catch (error) {
      errors = [{ code: 7500, message: (error as Error).message }];
    }
    response.writeHead(errors.length === 0 ? 200 : result === null ? 404 : 400, {
      'Content-Type': 'application/json',
    });
    response.end(JSON.stringify({ success: errors.length === 0, errors, messages: [], result }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uploads,
    calls,
    query,
    environment: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
      CLOUDFLARE_API_TOKEN: 'token',
      CLOUDFLARE_ACCOUNT_ID: '0123456789abcdef0123456789abcdef',
    },
    close: () => server.close(),
  };
}
