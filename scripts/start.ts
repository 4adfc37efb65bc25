/** `npm start`: the API on this machine, until Ctrl+C. Settings: PORT, STATE_DIR (see README.md). */
import { type LocalServer, startServer } from './local/server.ts';
import {
  environmentPrefix,
  type LocalSettings,
  readLocalSettings,
  runScript,
  shownPath,
} from './local/settings.ts';

/** Resolves when somebody wants us to stop. */
const askedToStop = () =>
  new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(null));
  });

function announce({ origin }: LocalServer, settings: LocalSettings): void {
  const prefix = environmentPrefix(settings);
  console.log(`
Referral Exchange answers at ${origin} (after ${(performance.now() / 1000).toFixed(1)} s)

  Reference       ${origin}/docs
  OpenAPI         ${origin}/openapi.yaml
  Operator key    ${prefix}npm run -s operator-key
  The whole loop  ${prefix}npm run demo
  State           ${shownPath(settings.stateDir)}

Ctrl+C stops it.`);
}

await runScript(async () => {
  const settings = readLocalSettings();
  const stopAsked = askedToStop();
  const server = await Promise.race([startServer(settings), stopAsked]);
  // Asked while it starts: whatever runs by now ends when we do.
  if (server === null) return;
  announce(server, settings);
  await Promise.race([stopAsked, server.ended]);
  await server.stop();
});
process.exit();
