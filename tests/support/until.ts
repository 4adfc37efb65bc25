/** Ends only what would wait for ever: no test depends on how fast the machine is. */
export const PATIENCE_MS = 240_000;

/** Reads until it is as wanted. */
export async function until<T>(
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > deadline) throw new Error(`not reached: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const WINDOW_MS = 60_000;
const windowNow = () => Math.floor(Date.now() / WINDOW_MS);

/** The local runtime counts requests by the minute of the clock: what reaches into the next one is done again in it. */
export async function inOneWindow<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    const beganIn = windowNow();
    const result = await attempt();
    if (windowNow() === beganIn) return result;
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MS - (Date.now() % WINDOW_MS)));
  }
}
