import type { Database } from '../platform/db/database.ts';
import type { ProblemCode } from '../platform/problem.ts';
import type { Actor } from './authenticate.ts';

/** What every handler of the app finds in its context. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    database: Database;
    /** Of the registry; left out for a page. */
    operationId?: string;
    /** Left out where nobody was recognized. */
    actor?: Actor;
    problemCode?: ProblemCode;
  };
}
