import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * Runs the work beside a PostgreSQL of its own, which is gone afterwards, whatever happened. The cluster is thrown away, so it need not
 * survive the machine: nothing waits for the disk.
 */
export async function withTemporaryPostgres(work) {
  const { startEmbeddedPostgres } = await import('../dist/libs/platform/src/embedded-postgres/index.js');
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-'));
  const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '200' };
  let postgres;
  try {
    postgres = await startEmbeddedPostgres({ dataDir, settings });
    return await work(postgres);
  } finally {
    await postgres?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
