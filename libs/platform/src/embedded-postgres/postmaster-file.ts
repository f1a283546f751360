import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { systemErrorCode } from './embedded-postgres-error.js';

/** What PostgreSQL writes to `postmaster.pid` (`src/include/miscadmin.h`): one value a line, the last ones once it is up. */
export interface PostmasterFile {
  readonly pid: number;
  readonly dataDir: string;
  readonly port: number | undefined;
  /** `starting`, `ready`, `standby` or `stopping`. */
  readonly status: string | undefined;
}

const PID_LINE = 0;
const DATA_DIR_LINE = 1;
const PORT_LINE = 3;
const STATUS_LINE = 7;

export function postmasterFilePath(clusterDir: string): string {
  return path.join(clusterDir, 'postmaster.pid');
}

/** @returns undefined when there is no such file, or it isn't complete enough to name a process. */
export async function readPostmasterFile(clusterDir: string): Promise<PostmasterFile | undefined> {
  let text: string;
  try {
    text = await readFile(postmasterFilePath(clusterDir), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[PID_LINE]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const port = Number(lines[PORT_LINE]);
  return {
    pid,
    dataDir: lines[DATA_DIR_LINE] ?? '',
    port: Number.isSafeInteger(port) && port > 0 ? port : undefined,
    status: lines[STATUS_LINE] || undefined,
  };
}
