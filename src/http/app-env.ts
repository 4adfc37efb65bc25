import type { Database } from '../platform/db/database.ts';

/** What every handler of the app finds in its context. */
export interface AppEnv {
  Bindings: Env;
  Variables: { requestId: string; database: Database };
}
