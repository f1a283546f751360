import { readFile, readdir, readlink, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { systemErrorCode } from './embedded-postgres-error.js';

/** `kill` of a process with signal 0 tells whether it exists; EPERM means that it does, under another account. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/**
 * Whether the process is alive and works inside the folder, as every PostgreSQL process does in its cluster's. A process id
 * alone proves nothing: it may belong to a zombie that is not reaped yet, or to another program by now. Outside Linux there is
 * no `/proc`, and the process id has to do.
 */
export async function worksInside(pid: number, clusterDir: string): Promise<boolean> {
  if (!processExists(pid)) return false;
  if (process.platform !== 'linux') return true;
  if (await isZombie(pid)) return false;
  return (await workingDirectory(pid)) === (await realpath(clusterDir));
}

/** All living processes that work inside the folder: after its postmaster was killed, back ends may outlive it for a moment. */
export async function processesInside(clusterDir: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const dir = await realpath(clusterDir);
  const pids = (await readdir('/proc')).map(Number).filter((pid) => Number.isSafeInteger(pid) && pid !== process.pid);
  const inside = await Promise.all(
    pids.map(async (pid) => (await workingDirectory(pid)) === dir && (await isPostgres(pid)) && !(await isZombie(pid))),
  );
  return pids.filter((_, index) => inside[index]);
}

async function workingDirectory(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
}

async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'postgres';
}

/** The state follows the program's name in brackets, which may itself hold brackets: `proc_pid_stat(5)`. */
async function isZombie(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || stat.charAt(stat.lastIndexOf(')') + 2) === 'Z';
}

const GONE_POLL_MS = 500;

/** Settles when a process that is not our child no longer works inside the folder. Doesn't keep the process alive. */
export async function waitUntilGone(pid: number, clusterDir: string): Promise<void> {
  while (await worksInside(pid, clusterDir)) await sleep(GONE_POLL_MS, undefined, { ref: false });
}
