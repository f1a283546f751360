import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { lockDataDir } from './data-dir-lock.js';
import { StartFailure } from './start-failure.js';

describe('The lock of the data folder', () => {
  let dataDir: string;
  const lockFile = () => path.join(dataDir, 'supervisor.lock');

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-lock-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('is held by one, and free again when given back', async () => {
    const unlock = await lockDataDir(dataDir);
    const refusal = await lockDataDir(dataDir).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartFailure);
    expect((refusal as Error).message).toContain(`already runs on ${dataDir} (process ${process.pid})`);
    unlock();
    (await lockDataDir(dataDir))();
    await expect(readFile(lockFile())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('goes to exactly one of many that come at once, also over a lock left by a dead process', async () => {
    await writeFile(lockFile(), '4194304999 1');
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDir(dataDir)));
    const refusals = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason as unknown] : []));
    expect(refusals).toHaveLength(7);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(StartFailure);
  });

  it('is taken over from a process whose id now belongs to another', async () => {
    await writeFile(lockFile(), `${process.pid} 1`);
    const unlock = await lockDataDir(dataDir);
    expect(await readFile(lockFile(), 'utf8')).not.toBe(`${process.pid} 1`);
    unlock();
  });

  it('is not given back by one who no longer has it', async () => {
    const unlock = await lockDataDir(dataDir);
    await writeFile(lockFile(), 'somebody else');
    unlock();
    expect(await readFile(lockFile(), 'utf8')).toBe('somebody else');
  });
});
