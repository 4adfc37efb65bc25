/** What may be logged of a fault: an error's own words can quote what it choked on, and that can be client data. */
export function logFault(where: Readonly<Record<string, unknown>>, error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error('unknown');
  // D1's words have been cleaned by `Database`; of the others only the places in our code are told.
  const places = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const at = message.startsWith('D1: ') ? message : places?.slice(0, 3).join(' | ');
  console.error(JSON.stringify({ ...where, error: name, at }));
}
