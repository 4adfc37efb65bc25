/**
 * What is written to the Worker's log, besides faults: a line of JSON for each request, each attempt of a delivery and
 * each minute. It holds ids, codes and figures; never a URL (links are secrets), nor anything of a client.
 */

type Field = string | number | boolean | null | undefined | readonly (object | string)[];

export function logLine(
  log: 'request' | 'attempt' | 'minute',
  fields: Readonly<Record<string, Field>>,
): void {
  // biome-ignore lint/suspicious/noConsole: this is the log
  console.log(JSON.stringify({ log, ...fields }));
}
