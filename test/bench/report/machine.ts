import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { projectFolder } from '../places.js';
import { median } from './median.js';

/** What the figures depend on, besides the code. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
  readonly postgres: string;
  /** Whether the data folder lies in memory, where a flush costs nothing: such figures can't be compared with others. */
  readonly dataInMemory: boolean;
  /** Milliseconds that the disk takes to flush a page: what a commit waits for at least. */
  readonly flushMs: number;
  /** Load of the machine before the run, divided by its cores; above 0.5 somebody else is working. */
  readonly loadBefore: number;
  /** The commit that was measured, with `+` when files other than documents differ from it; null outside a checkout. */
  readonly commit: string | null;
}

const TMPFS_MAGIC = 0x01021994;
const FLUSHES = 25;
const PAGE = Buffer.alloc(8192, 1);

export async function describeMachine(dataDir: string, postgres: string): Promise<Machine> {
  const cpus = os.cpus();
  const { type } = await statfs(dataDir);
  return {
    cores: cpus.length,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(os.totalmem() / 1e8) / 10,
    os: `${os.type()} ${os.release()}`,
    node: process.version,
    postgres,
    dataInMemory: type === TMPFS_MAGIC,
    flushMs: flushMs(dataDir),
    loadBefore: Math.round(((os.loadavg()[0] ?? 0) / cpus.length) * 100) / 100,
    commit: commit(),
  };
}

function flushMs(dataDir: string): number {
  const file = path.join(dataDir, 'flush-probe');
  const handle = openSync(file, 'w');
  try {
    const times = Array.from({ length: FLUSHES }, () => {
      const startedMs = performance.now();
      writeSync(handle, PAGE);
      fdatasyncSync(handle);
      return performance.now() - startedMs;
    });
    return Math.round(median(times) * 100) / 100;
  } finally {
    closeSync(handle);
    rmSync(file);
  }
}

function commit(): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: projectFolder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!docs') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return null;
  }
}
