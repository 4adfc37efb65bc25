/** What D1 offers of sessions, for a stand-in that has one database and no copies: each session is that database. */
export const withSessions = (d1: Pick<D1Database, 'prepare' | 'batch'>): D1Database =>
  ({
    ...d1,
    withSession: () => ({ ...d1, getBookmark: () => null }),
  }) as unknown as D1Database;
