import { mkdtemp, readdir, readlink, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Runs the work with a folder that is gone afterwards, together with any process that was left working in it. */
export async function withTemporaryFolder(work) {
  const dir = await realpath(await mkdtemp(path.join(os.tmpdir(), 'holdfast-')));
  try {
    return await work(dir);
  } finally {
    await endProcessesIn(dir);
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A test that is interrupted can't stop the servers that it started in process groups of their own. */
async function endProcessesIn(dir) {
  if (process.platform !== 'linux') return;
  for (const pid of (await readdir('/proc')).map(Number)) {
    if (!Number.isSafeInteger(pid) || pid === process.pid) continue;
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (!cwd.startsWith(`${dir}${path.sep}`)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
