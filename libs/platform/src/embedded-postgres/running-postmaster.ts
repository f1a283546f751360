import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { postmasterFilePath, readPostmasterFile } from './postmaster-file.js';
import { processesInside, worksInside } from './server-processes.js';

const LEFTOVERS_GONE_MS = 15_000;
const READY_MS = 300_000;
const POLL_MS = 20;

export interface RunningPostmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that runs in this folder now; undefined when none does, or it is about to end. One that is still starting, perhaps
 * after a crash, is waited for.
 */
export async function findRunningPostmaster(clusterDir: string): Promise<RunningPostmaster | undefined> {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    const file = await readPostmasterFile(clusterDir);
    if (file === undefined || file.status === 'stopping') return undefined;
    if (!(await worksInside(file.pid, clusterDir))) return undefined;
    if (file.status === 'ready' && file.port !== undefined) return { pid: file.pid, port: file.port };
    await sleep(POLL_MS);
  }
  return undefined;
}

/**
 * Clears the way for a new server. PostgreSQL refuses to start while the process named in `postmaster.pid` exists, and to it a
 * zombie, or a stranger that was given the same id, exists. The file is removed only when no process of the old server is left:
 * two servers in one folder would destroy it.
 */
export async function clearStalePostmaster(clusterDir: string): Promise<void> {
  const deadline = performance.now() + LEFTOVERS_GONE_MS;
  for (;;) {
    const file = await readPostmasterFile(clusterDir);
    const left = await processesInside(clusterDir);
    const alive = file !== undefined && (await worksInside(file.pid, clusterDir));
    if (!alive && left.length === 0) break;
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL processes of an earlier run still use ${clusterDir} (${left.join(', ') || String(file?.pid)}): end them, then start again.`,
      );
    }
    await sleep(POLL_MS);
  }
  if (process.platform === 'linux') await rm(postmasterFilePath(clusterDir), { force: true });
}
