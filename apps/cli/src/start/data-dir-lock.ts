import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { systemErrorCode } from '#platform/embedded-postgres';

import { StartFailure } from './start-failure.js';

/** Far longer than another start needs between reading a dead process's lock and moving it away. */
const SETTLED_MS = 50;

/**
 * Takes the data folder for this process. A lock whose process is gone is taken over; process ids are given again, so on Linux the lock
 * also names when its process started.
 *
 * @returns gives the folder back; does nothing if somebody else has it by then.
 * @throws StartFailure when another Holdfast runs on it.
 */
export async function lockDataDir(dataDir: string): Promise<() => void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lockFile = path.join(dataDir, 'supervisor.lock');
  const own = `${identityOf(process.pid) ?? process.pid} ${randomUUID()}`;
  while (takeOver(lockFile, own) === 'from a dead process') {
    // Another start may have been about to move the same dead lock away, and have moved ours instead.
    await sleep(SETTLED_MS);
    if (textOf(lockFile) === own) break;
  }
  return () => {
    if (textOf(lockFile) === own) rmSync(lockFile, { force: true });
  };
}

/** @throws StartFailure */
function takeOver(lockFile: string, own: string): 'free' | 'from a dead process' {
  const draft = `${lockFile}.${randomUUID()}`;
  writeFileSync(draft, own, { mode: 0o600 });
  let wasFree = true;
  try {
    while (!linked(draft, lockFile)) {
      const holder = textOf(lockFile);
      if (holder === undefined) continue;
      if (isAlive(holder)) {
        throw new StartFailure(
          `Holdfast already runs on ${path.dirname(lockFile)} (process ${pidOf(holder)}): stop it, or set another DATA_DIR and PORT.`,
        );
      }
      discard(lockFile, holder);
      wasFree = false;
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return wasFree ? 'free' : 'from a dead process';
}

/** Unlike a rename, a link never replaces what is there. */
function linked(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the dead process's lock away; if another start was faster and it is already that one's lock, puts it back. */
function discard(lockFile: string, holder: string): void {
  const aside = `${lockFile}.${randomUUID()}`;
  if (textOf(lockFile) !== holder) return;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (textOf(aside) !== holder) linked(aside, lockFile);
  rmSync(aside, { force: true });
}

function isAlive(identity: string): boolean {
  const now = identityOf(pidOf(identity));
  return now !== undefined && (identity === now || identity.startsWith(`${now} `));
}

function pidOf(identity: string): number {
  return Number.parseInt(identity, 10);
}

/** `<pid> <start time in clock ticks>`, or the process id alone where there is no `/proc`; undefined when there is no such process. */
function identityOf(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') {
    const stat = textOf(`/proc/${pid}/stat`);
    if (stat === undefined) return undefined;
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : `${pid} ${fields[START_TIME_FIELD]}`;
  }
  try {
    process.kill(pid, 0);
    return String(pid);
  } catch (error) {
    return systemErrorCode(error) === 'EPERM' ? String(pid) : undefined;
  }
}

/** `starttime` is the 22nd field of `/proc/<pid>/stat`, here counted from 0 after the state, which is the third. */
const START_TIME_FIELD = 18;

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
