import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { readPostmasterFile } from './postmaster-file.js';
import type { ServerAccount } from './server-account.js';
import { serverEnvironment, serverPath } from './server-path.js';

/** Recovery after a crash replays the log first; five minutes is PostgreSQL's own checkpoint interval. */
const READY_MS = 300_000;
const POLL_MS = 5;

/**
 * The server’s own default is 128 MB; where the pages that groups write to don’t fit, each look at one copies it from the
 * system’s cache. Memory is taken as pages are read, so a small ledger doesn’t pay for it.
 */
const SHARED_BUFFERS = '256MB';

export interface PostmasterLaunch {
  readonly clusterDir: string;
  readonly binDir: string;
  readonly account: ServerAccount | undefined;
  readonly port: number;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
}

export interface LaunchedPostmaster {
  readonly pid: number;
  /** Settles when the process has ended, whoever ended it. */
  readonly exited: Promise<void>;
}

/**
 * Starts the server in a process group of its own, so that Ctrl-C in the terminal reaches only us and the database outlives the
 * processes that still drain into it. Its output goes to a file, since it must be able to outlive us, too.
 *
 * @throws EmbeddedPostgresError with the server's own reason when it doesn't come up.
 */
export async function launchPostmaster(launch: PostmasterLaunch): Promise<LaunchedPostmaster> {
  const { cwd, path: seen } = serverPath(launch.clusterDir, launch.account);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: SHARED_BUFFERS,
    ...launch.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(launch.logFile, 'a', 0o600);
  const logStart = (await fileSize(launch.logFile)) ?? 0;
  const child = spawn(path.join(launch.binDir, 'postgres'), ['-D', seen, '-p', String(launch.port), ...flags], {
    cwd,
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
    ...launch.account,
  });
  closeSync(log);
  let ended: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ended = `it ended with ${signal ?? `code ${code}`}`;
      resolve();
    });
  });
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    if (ended !== undefined) throw await startFailure(launch.logFile, logStart, ended);
    const file = await readPostmasterFile(launch.clusterDir);
    if (file !== undefined && file.pid === child.pid && file.status === 'ready') {
      child.unref();
      return { pid: file.pid, exited };
    }
    await sleep(POLL_MS);
  }
  child.kill('SIGQUIT');
  throw await startFailure(launch.logFile, logStart, 'it was not ready in time');
}

async function startFailure(logFile: string, logStart: number, ended: string): Promise<EmbeddedPostgresError> {
  const output = await readFrom(logFile, logStart).catch(() => '');
  const reason = /(?:FATAL|PANIC): +(.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';
  return new EmbeddedPostgresError(`PostgreSQL did not start: ${reason || ended} (the whole log: ${logFile})`);
}

async function fileSize(file: string): Promise<number | undefined> {
  const handle = await open(file, 'r');
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const length = (await handle.stat()).size - start;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(length, 0)), 0, length, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
