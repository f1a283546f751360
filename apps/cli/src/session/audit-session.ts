import { createPool, UNLIMITED } from '#platform';
import type pg from 'pg';
import { APPLICATION_NAME, withDatabase, type DatabaseSession } from './database-session.js';

/** A session with a pool for statements that take as long as they take, and find their rows through indexes. */
export interface AuditSession extends DatabaseSession {
  readonly longPool: pg.Pool;
}

/** @throws CliFailure as `withDatabase` */
export function withAudit<T>(work: (session: AuditSession) => Promise<T>): Promise<T> {
  return withDatabase(async (session) => {
    const { config, logger } = session;
    const options = { applicationName: APPLICATION_NAME, logger, limits: UNLIMITED, max: 2, byIndexOnly: true };
    const longPool = createPool(config.database, options);
    try {
      return await work({ ...session, longPool });
    } finally {
      await longPool.end();
    }
  });
}
