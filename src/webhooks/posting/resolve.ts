/**
 * Where a host name leads, asked over HTTPS, because a Worker cannot see the address that `fetch` connects to.
 * Nothing is asked where no resolver is configured.
 */
import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import type { Settings } from '../../env.ts';
import { invalidInput } from '../../platform/problem.ts';
import { refuseDestination, rulesOf } from './destination.ts';

const RESOLVE_MS_MAX = 5000;
const RECORD_TYPES = { A: 1, AAAA: 28 } as const;

/** The JSON form of DNS over HTTPS that Cloudflare and Google speak. */
const AnswerSchema = v.object({
  Status: v.literal(0),
  Answer: v.optional(v.array(v.object({ type: v.number(), data: v.string() })), []),
});

/** All that is routed for everybody; 2000::/3 is what IANA has given out of IPv6. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(ipaddr.IPv6.parse('2000::'), 3);
}

/** @throws where the resolver does not answer, or says that there is no such name. */
async function resolve(host: string, resolverUrl: string, fetcher: typeof fetch): Promise<string[]> {
  const signal = AbortSignal.timeout(RESOLVE_MS_MAX);
  const answers = await Promise.all(
    Object.entries(RECORD_TYPES).map(async ([name, type]) => {
      const url = new URL(resolverUrl);
      url.searchParams.set('name', host);
      url.searchParams.set('type', name);
      const response = await fetcher(url.href, { headers: { Accept: 'application/dns-json' }, signal });
      const { Answer } = v.parse(AnswerSchema, await response.json());
      return Answer.filter((record) => record.type === type).map((record) => record.data);
    }),
  );
  return answers.flat();
}

/** Null where the host may be posted to: one forbidden address among several is enough to refuse it. */
export async function judgeHost(
  host: string,
  settings: Pick<Settings, 'dnsOverHttpsUrl' | 'allowPrivateDestinations'>,
  fetcher: typeof fetch,
): Promise<'dns' | 'destination_refused' | null> {
  if (settings.dnsOverHttpsUrl === null || settings.allowPrivateDestinations) return null;
  let addresses: string[];
  try {
    addresses = await resolve(host, settings.dnsOverHttpsUrl, fetcher);
  } catch {
    return 'dns';
  }
  if (addresses.length === 0) return 'dns';
  return addresses.every(isPublicAddress) ? null : 'destination_refused';
}

/** @throws Problem 422. A name that nobody answers for may be on its way: only what it leads to can refuse it. */
export async function requireDestination(
  url: string,
  { settings }: { readonly settings: Settings },
  pointer = '/url',
): Promise<void> {
  const fault =
    refuseDestination(url, rulesOf(settings)) ??
    ((await judgeHost(new URL(url).hostname, settings, fetch)) === 'destination_refused'
      ? 'must not lead into a private network'
      : null);
  if (fault) throw invalidInput([{ pointer, detail: fault }]);
}
