/** What must be so before anything is deployed: rules over an environment of wrangler.toml and the names of its secrets. */
import { SECRET_NAMES } from '../../src/env.ts';

/** The part of wrangler's configuration that is looked at, as it holds for one environment. */
export interface Deployment {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly workers_dev?: boolean | undefined;
  readonly preview_urls?: boolean | undefined;
  readonly routes?:
    | readonly (string | { readonly pattern: string; readonly custom_domain?: boolean })[]
    | undefined;
  readonly d1_databases: readonly { readonly binding: string; readonly database_id?: string | undefined }[];
  readonly ratelimits: readonly { readonly name: string; readonly namespace_id: string }[];
}

/** Reserved for examples (RFC 2606): nobody can be reached there. */
const EXAMPLE = /(^|[.@/])example(\.(com|net|org))?$|\.(test|invalid|localhost)$/;
const PLACEHOLDER_ID = /^0{8}-0{4}-/;

function faultsOfOrigin({ vars, routes = [] }: Deployment): string[] {
  const origin = String(vars.PUBLIC_ORIGIN);
  if (!URL.canParse(origin) || !origin.startsWith('https://'))
    return [`PUBLIC_ORIGIN is "${origin}": set it to https:// and the host of your exchange.`];
  const { host } = new URL(origin);
  if (EXAMPLE.test(host))
    return [`PUBLIC_ORIGIN is still the example "${origin}": set it to the address of your exchange.`];
  const hosts = routes.map((route) => (typeof route === 'string' ? route : route.pattern).split('/')[0]);
  return hosts.includes(host) ? [] : [`No route leads to ${host}: add it to \`routes\` as a custom domain.`];
}

/** @param others the same of the environments that stand beside it; @returns what is to be mended, each in words */
export function faultsOf(deployment: Deployment, others: readonly Deployment[]): string[] {
  const { vars, d1_databases, ratelimits } = deployment;
  const faults = faultsOfOrigin(deployment);
  if (vars.ENVIRONMENT !== 'production')
    faults.push('ENVIRONMENT must be "production" on whatever is deployed.');
  if (vars.ALLOW_PRIVATE_DESTINATIONS !== 'false')
    faults.push(
      'ALLOW_PRIVATE_DESTINATIONS must be "false": else a webhook may be pointed at private networks.',
    );
  if (EXAMPLE.test(String(vars.OPERATOR_EMAIL)))
    faults.push(
      `OPERATOR_EMAIL is still the example "${vars.OPERATOR_EMAIL}": clients are told to write there.`,
    );
  const address = String(vars.OPERATOR_ADDRESS ?? '');
  if (address === '' || /\bExample\b/.test(address))
    faults.push(
      `OPERATOR_ADDRESS is ${address === '' ? 'missing' : `still the example "${address}"`}: clients are told who runs the exchange.`,
    );
  if (vars.CRISIS_LINE === undefined)
    faults.push(
      'CRISIS_LINE is missing: say which number people in crisis can call or text (988 in the United States), or "" for none.',
    );
  for (const { binding, database_id = '' } of d1_databases)
    if (database_id === '' || PLACEHOLDER_ID.test(database_id))
      faults.push(
        `The database_id of ${binding} is a placeholder: create the database and put its id there.`,
      );
  if (deployment.workers_dev !== false || deployment.preview_urls !== false)
    faults.push(
      'workers_dev and preview_urls must be false: each is another address, which no link and no limit knows.',
    );
  const taken = new Set(others.flatMap((other) => other.ratelimits.map(({ namespace_id }) => namespace_id)));
  for (const { name, namespace_id } of ratelimits)
    if (taken.has(namespace_id))
      faults.push(
        `${name} shares its namespace_id ${namespace_id} with another environment: they would count together.`,
      );
  return faults;
}

/** @param secrets the names of those that the Worker has */
export const missingSecrets = (secrets: readonly string[]): string[] =>
  SECRET_NAMES.filter((name) => !secrets.includes(name)).map(
    (name) => `The secret ${name} is missing: see "Deploying" in README.md, and keep a copy of it elsewhere.`,
  );
