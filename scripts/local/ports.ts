/** Ports of this machine. */
import { createServer } from 'node:net';
import { UsageError } from './settings.ts';

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Free at this moment. */
export const findFreePort = () => listen(0);

/** @throws UsageError with another choice where it cannot be had. */
export async function requireFreePort(port: number): Promise<void> {
  try {
    await listen(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EADDRINUSE'
        ? `Port ${port} is taken by another program. Stop that one, or choose another port: PORT=${port + 1} npm start`
        : `Port ${port} cannot be used (${code}). Choose another one: PORT=8787 npm start`,
    );
  }
}
