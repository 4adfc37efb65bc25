/** An error whose own words may be logged: they hold nothing that came from a caller or from the database's rows. */
export class LoggableError extends Error {
  override name = 'LoggableError';
}

/** What may be logged of a fault: an error's own words can quote what it choked on, and that can be client data. */
export function logFault(where: Readonly<Record<string, unknown>>, error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error('unknown');
  // Of all others only the places in our code are told.
  const places = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const at = error instanceof LoggableError ? message : places?.slice(0, 3).join(' | ');
  console.error(JSON.stringify({ ...where, error: name, at }));
}
