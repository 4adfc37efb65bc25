/**
 * Those who change the same thing at the same time take turns in this isolate, so that of a hundred not ninety-nine
 * decide in vain each time. It is a courtesy and no lock: what is right is decided by the database alone.
 */

/** A turn that was never given back (its request was cut off) ends by itself. */
const TURN_MS_MAX = 2000;
const POLL_MS = 10;
const SUBJECTS_MAX = 10_000;

const turnsUntil = new Map<string, number>();

const isTaken = (subject: string) => (turnsUntil.get(subject) ?? 0) > Date.now();

/**
 * Waits for the turn; returns what gives it back, or null where it did not come in time. Each waits by a timer of its
 * own: a request of a Worker may not wait for what another one does.
 */
export async function takeTurn(subject: string, waitMsMax: number): Promise<(() => void) | null> {
  const giveUpAt = Date.now() + waitMsMax;
  while (isTaken(subject)) {
    if (Date.now() >= giveUpAt) return null;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS * (0.5 + Math.random())));
  }
  if (turnsUntil.size >= SUBJECTS_MAX) turnsUntil.clear();
  const until = Date.now() + TURN_MS_MAX;
  turnsUntil.set(subject, until);
  return () => {
    if (turnsUntil.get(subject) === until) turnsUntil.delete(subject);
  };
}
