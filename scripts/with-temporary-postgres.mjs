import path from 'node:path';

import { withTemporaryFolder } from './with-temporary-folder.mjs';

/**
 * Runs the work beside a PostgreSQL of its own, which is gone afterwards, whatever happened. The cluster is thrown away, so it need not
 * survive the machine: nothing waits for the disk.
 */
export function withTemporaryPostgres(work) {
  return withTemporaryFolder(async (dir) => {
    const { startEmbeddedPostgres } = await import('../dist/libs/platform/src/embedded-postgres/index.js');
    const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '200' };
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(dir, 'data'), settings });
    try {
      return await work(postgres);
    } finally {
      await postgres.stop();
    }
  });
}
