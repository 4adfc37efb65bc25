/** Where a webhook may go: never into a private network, never to ourselves. Asked at save and at every dispatch. */
import ipaddr from 'ipaddr.js';
import type { Settings } from '../../env.ts';

/** Names that no public DNS answers for: RFC 6761, 6762, 7686 and 8375, ICANN's `internal`, and what networks use. */
const PRIVATE_SUFFIXES = [
  '.local',
  '.localhost',
  '.localdomain',
  '.internal',
  '.intranet',
  '.private',
  '.corp',
  '.home',
  '.lan',
  '.arpa',
  '.svc',
  '.onion',
  '.invalid',
  '.test',
];

export interface DestinationRules {
  /** Development and tests: http, any port and this machine are allowed. */
  readonly allowPrivate: boolean;
  readonly ownHost: string;
}

export const rulesOf = (settings: Settings): DestinationRules => ({
  allowPrivate: settings.allowPrivateDestinations,
  ownHost: new URL(settings.publicOrigin).hostname,
});

/** RFC 1123, 2.1: what can be a name at all, after the URL's own parser; some hosts have underscores. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
const HOST_CHARACTERS_MAX = 253;

function isHostName(host: string): boolean {
  if (ipaddr.isValid(host.replace(/^\[|\]$/g, ''))) return true;
  const labels = host.replace(/\.$/, '').split('.');
  const isNumber = /^\d+$/.test(labels.at(-1) ?? '');
  return host.length <= HOST_CHARACTERS_MAX && !isNumber && labels.every((label) => LABEL.test(label));
}

/** Null where the URL may be used, else what is wrong with it, in words. */
export function refuseDestination(text: string, rules: DestinationRules): string | null {
  if (!URL.canParse(text)) return 'must be a URL';
  const url = new URL(text);
  if (url.username || url.password) return 'must not hold a user name or password';
  if (url.hash) return 'must not hold a fragment';
  if (!isHostName(url.hostname))
    return 'must name a host: its parts hold 1 to 63 letters, digits and hyphens each';
  if (rules.allowPrivate) return /^https?:$/.test(url.protocol) ? null : 'must be http or https';
  if (url.protocol !== 'https:') return 'must be https';
  if (url.port !== '') return 'must use port 443';
  const host = url.hostname;
  if (ipaddr.isValid(host.replace(/^\[|\]$/g, ''))) return 'must name a host, not an IP address';
  if (host.endsWith('.')) return 'must not end its host name with a dot';
  if (!host.includes('.') || host.includes('..') || PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix)))
    return 'must be a public host';
  if (host === rules.ownHost || host.endsWith(`.${rules.ownHost}`)) return 'must not be the exchange itself';
  return null;
}
