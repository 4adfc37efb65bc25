/**
 * Loaded into wrangler by `npm start`. wrangler and its workerd run in a process group of their own; when the
 * script that started them is gone, by whatever signal, the channel to it closes and the group ends with it.
 */
import { execFileSync } from 'node:child_process';

process.once('disconnect', () => {
  if (process.platform === 'win32') execFileSync('taskkill', ['/PID', String(process.pid), '/T', '/F']);
  else process.kill(-process.pid, 'SIGKILL');
});
