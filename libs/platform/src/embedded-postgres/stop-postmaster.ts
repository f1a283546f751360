import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { worksInside } from './server-processes.js';

/** Fast shutdown writes one checkpoint, which takes as long as the disk needs. */
const STOPPED_MS = 60_000;
const POLL_MS = 10;

/**
 * Fast shutdown: open transactions are rolled back, everything is written, the next start needs no recovery.
 *
 * @throws EmbeddedPostgresError when the server is still there after a minute.
 */
export async function stopPostmaster(pid: number, clusterDir: string): Promise<void> {
  if (!(await worksInside(pid, clusterDir))) return;
  process.kill(pid, 'SIGINT');
  const deadline = performance.now() + STOPPED_MS;
  while (performance.now() < deadline) {
    if (!(await worksInside(pid, clusterDir))) return;
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) has not stopped within ${STOPPED_MS / 1000} s.`);
}
