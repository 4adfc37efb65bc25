/** The project's migrations, in their order. */
import { readdirSync, readFileSync } from 'node:fs';

export const readMigrations = () =>
  readdirSync('migrations')
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      name,
      statements: readFileSync(`migrations/${name}`, 'utf8').split('--> statement-breakpoint'),
    }));
