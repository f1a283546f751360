import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { lockDataDir } from './data-dir-lock.js';
import { StartFailure } from './start-failure.js';

const BUILT_LOCK = pathToFileURL('dist/apps/cli/src/start/data-dir-lock.js').href;

/** A process that says whether it got the folder, and keeps it. */
const TAKE_LOCK = `
  const [, built, dataDir] = process.argv;
  import(built).then(({ lockDataDir }) => lockDataDir(dataDir)).then(
    () => process.stdout.write('taken'),
    (error) => process.stdout.write(error.name),
  );
  setInterval(() => undefined, 1000);
`;

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

  it('goes to exactly one of several processes that come at once, also over a lock left by a dead one', async () => {
    await writeFile(lockFile(), '4194304999 1');
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, ['-e', TAKE_LOCK, BUILT_LOCK, dataDir]));
    const answers = await Promise.all(children.map((child) => once(child.stdout, 'data').then(String)));
    for (const child of children) child.kill('SIGKILL');
    expect(answers.sort()).toEqual([
      'StartFailure',
      'StartFailure',
      'StartFailure',
      'StartFailure',
      'StartFailure',
      'taken',
    ]);
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
