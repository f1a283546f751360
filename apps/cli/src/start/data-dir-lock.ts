import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { systemErrorCode } from '#platform/embedded-postgres';

import { StartFailure } from './start-failure.js';

/**
 * Takes the data folder for this process. A lock whose process is gone is taken over; process ids are given again, so on Linux the lock
 * also names when its process started.
 *
 * @returns gives the folder back; does nothing if somebody else has it by then.
 * @throws StartFailure when another Holdfast runs on it.
 */
export async function lockDataDir(dataDir: string): Promise<() => void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lockFile = path.join(dataDir, 'supervisor.lock');
  const own = identityOf(process.pid) ?? String(process.pid);
  const draft = `${lockFile}.${randomUUID()}`;
  await writeFile(draft, own, { mode: 0o600 });
  try {
    while (!(await linked(draft, lockFile))) {
      const holder = await readFile(lockFile, 'utf8').catch(() => undefined);
      if (holder === undefined) continue;
      if (isAlive(holder)) {
        throw new StartFailure(
          `Holdfast already runs on ${dataDir} (process ${pidOf(holder)}): stop it, or set another DATA_DIR and PORT.`,
        );
      }
      await discard(lockFile, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return () => {
    if (textOf(lockFile) === own) rmSync(lockFile, { force: true });
  };
}

/** Unlike a rename, a link never replaces what is there. */
async function linked(draft: string, lockFile: string): Promise<boolean> {
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the dead process's lock away; if another start was faster and it is already that one's lock, puts it back. */
async function discard(lockFile: string, holder: string): Promise<void> {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    await rename(lockFile, aside);
  } catch {
    return;
  }
  if (textOf(aside) !== holder) await link(aside, lockFile).catch(() => undefined);
  await rm(aside, { force: true });
}

function isAlive(identity: string): boolean {
  return identityOf(pidOf(identity)) === identity;
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
