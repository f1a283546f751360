import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isListening } from './redis-server.js';

const READY_MS = 60_000;
const POLL_MS = 20;

/** A PgBouncer in transaction mode before a database. */
export interface PgBouncer {
  /** The same database and role as behind it. */
  readonly connectionString: string;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  /** The database behind it, with the role that all its sessions have. */
  readonly connectionString: string;
  /** Sessions with the server. Few, so that every client's statements move from one to another. */
  readonly sessions: number;
}

/** It is found where Debian puts it, too: `/usr/sbin` is not on everybody's PATH. */
const ENVIRONMENT = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };

export function hasPgBouncer(): boolean {
  return spawnSync('pgbouncer', ['--version'], { stdio: 'ignore', env: ENVIRONMENT }).status === 0;
}

/** Starts one on a free port. As root it runs as nobody, since it refuses to be root. */
export async function startPgBouncer({ connectionString, sessions }: PgBouncerOptions): Promise<PgBouncer> {
  const server = new URL(connectionString);
  const port = await freePort();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-pgbouncer-'));
  const file = path.join(dir, 'pgbouncer.ini');
  await writeFile(file, settingsOf(server, port, sessions), { mode: 0o600 });
  const user = process.getuid?.() === 0 ? ['--user', 'nobody'] : [];
  const child = spawn('pgbouncer', ['--quiet', ...user, file], {
    cwd: os.tmpdir(),
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const stop = async () => {
    await ended(child);
    await rm(dir, { recursive: true, force: true });
  };
  const deadlineMs = performance.now() + READY_MS;
  while (!(await isListening(port))) {
    if (performance.now() > deadlineMs || child.exitCode !== null) {
      await stop();
      throw new Error(`PgBouncer did not come up on port ${port}: ${said}`);
    }
    await sleep(POLL_MS);
  }
  server.host = `127.0.0.1:${port}`;
  return { connectionString: server.href, stop };
}

/** Nothing here makes our clients' lives easier: no start-up parameter is ignored, and no session is reset between two of them. */
function settingsOf({ hostname, port, username, password }: URL, ownPort: number, sessions: number): string {
  const login = `user=${quoted(decodeURIComponent(username))} password=${quoted(decodeURIComponent(password))}`;
  return `
[databases]
* = host=${hostname} port=${port} ${login}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${sessions}
max_client_conn = 500
server_reset_query =
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
