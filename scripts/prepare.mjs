import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { root } from './project.mjs';
import { PlainFailure } from './report-failure.mjs';

const lockFile = path.join(root, '.cache', 'prepare.lock');
const pollMs = 200;

/** Brings a fresh clone, or one whose sources changed, to where it can run. Several starts at once take turns. */
export async function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new PlainFailure(`Node.js 20.19 or later is needed, and this is ${process.version}.`);
  }
  try {
    await takeLock();
    installPackages();
    await build();
  } catch (error) {
    if (['EACCES', 'EROFS', 'EPERM'].includes(error.code)) {
      throw new PlainFailure(`${error.path ?? root} can't be written by this user: change the owner of the folder.`);
    }
    if (error.code === 'ENOSPC') throw new PlainFailure(`No disk space is left under ${root}: free some.`);
    throw error;
  } finally {
    releaseLock();
  }
}

async function takeLock() {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lockFile, `${process.pid}`, { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(holder())) rmSync(lockFile, { force: true });
    else await sleep(pollMs);
  }
}

function releaseLock() {
  if (holder() === process.pid) rmSync(lockFile, { force: true });
}

function holder() {
  try {
    return Number(readFileSync(lockFile, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
