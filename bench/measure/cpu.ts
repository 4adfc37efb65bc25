/** What the runtime works, as the system counts it: unlike milliseconds on the clock it hangs little on who else works. */
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;

/** What the children of this process, workerd among them, have worked so far; null where the system does not say. */
export function childrenMs(): number | null {
  try {
    const ticks = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) /s, '')
            .split(' ');
        } catch {
          return [];
        }
      })
      .filter(([, parent]) => parent === String(process.pid))
      .map((fields) => Number(fields[11]) + Number(fields[12]));
    return (ticks.reduce((sum, one) => sum + one, 0) * 1000) / TICKS_A_SECOND;
  } catch {
    return null;
  }
}
