import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { EmbeddedPostgresError, findEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from './index.js';
import { postmasterFilePath } from './postmaster-file.js';

const SMALL = { shared_buffers: '16MB', max_connections: '20' };

describe('Embedded PostgreSQL', () => {
  let dataDir: string;
  let running: EmbeddedPostgres | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-embedded-'));
  });

  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async (): Promise<EmbeddedPostgres> => {
    running = await startEmbeddedPostgres({ dataDir, settings: SMALL });
    return running;
  };

  it('makes a cluster, keeps its data over a clean stop, and comes back on the same port', async () => {
    const first = await start();
    await onServer(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await expect(stat(postmasterFilePath(path.join(dataDir, 'postgres')))).rejects.toThrow('ENOENT');
    await expect(findEmbeddedPostgres(dataDir)).resolves.toBeUndefined();

    const second = await start();
    expect(second.port).toBe(first.port);
    expect(second.adopted).toBe(false);
    expect(await onServer(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is PostgreSQL 18, asks for a password and keeps it from other users', async () => {
    const server = await start();
    expect(await onServer(server, "SELECT current_setting('server_version_num')::int / 10000 AS major")).toEqual([
      { major: 18 },
    ]);
    const wrong = new URL(server.connectionString('postgres'));
    wrong.password = 'guess';
    const client = new pg.Client({ connectionString: wrong.href });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(path.join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
  });

  it('takes over a server that is still running', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ adopted: true, pid: first.pid, port: first.port });
    await expect(findEmbeddedPostgres(dataDir)).resolves.toMatchObject({ ownerUrl: first.connectionString() });
  });

  it('comes back after the server was killed, with what was committed', async () => {
    const first = await start();
    await onServer(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;

    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    expect(await onServer(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is not misled by a postmaster file that names a process of another program', async () => {
    const first = await start();
    const pidFile = postmasterFilePath(path.join(dataDir, 'postgres'));
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      await writeFile(pidFile, text.replace(/^\d+/, String(stranger.pid)));
      const second = await start();
      expect(second.adopted).toBe(false);
      expect(await onServer(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('refuses a data folder of another version in one line', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
    const failure = await start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddedPostgresError);
    expect((failure as Error).message).toContain('was made by PostgreSQL 16');
    expect((failure as Error).message).not.toContain('\n');
  });

  it("gives the server's own reason when it doesn't come up", async () => {
    await (await start()).stop();
    const failure = await startEmbeddedPostgres({ dataDir, settings: { max_connections: 'many' } }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(EmbeddedPostgresError);
    expect((failure as Error).message).toContain('invalid value for parameter "max_connections"');
  });

  it('refuses a data folder that is a file', async () => {
    const file = path.join(dataDir, 'file');
    await writeFile(file, '');
    await expect(startEmbeddedPostgres({ dataDir: path.join(file, 'below') })).rejects.toThrow(EmbeddedPostgresError);
  });
});

async function onServer(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.connectionString('postgres') });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
