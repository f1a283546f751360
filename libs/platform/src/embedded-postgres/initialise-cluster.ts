import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { EmbeddedPostgresError, systemErrorCode } from './embedded-postgres-error.js';
import type { ServerAccount } from './server-account.js';
import { serverEnvironment, serverPath } from './server-path.js';

/** The major version of the embedded binaries; a cluster is of one major version for ever. */
const MAJOR_VERSION = '18';

export interface NewCluster {
  readonly clusterDir: string;
  readonly binDir: string;
  readonly account: ServerAccount | undefined;
  readonly user: string;
  readonly password: string;
}

/** @throws EmbeddedPostgresError when the folder holds something that these binaries can't serve. */
export async function isInitialised(clusterDir: string): Promise<boolean> {
  let version: string;
  try {
    version = (await readFile(path.join(clusterDir, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    if (systemErrorCode(error) === 'EACCES') {
      throw new EmbeddedPostgresError(
        `${clusterDir} belongs to another user: start as that user, or set another DATA_DIR.`,
      );
    }
    throw error;
  }
  if (version === MAJOR_VERSION) return true;
  throw new EmbeddedPostgresError(
    `${clusterDir} was made by PostgreSQL ${version}, and this is PostgreSQL ${MAJOR_VERSION}: set another DATA_DIR, or dump the data with version ${version} and load it into DATABASE_URL.`,
  );
}

/**
 * Makes a new cluster. It is made under another name and renamed when it is complete, so that an interruption never leaves half
 * a cluster behind; the password is handed over in a file beside it, which only the server's account can read.
 */
export async function initialiseCluster(cluster: NewCluster): Promise<void> {
  const { clusterDir, binDir, account, user, password } = cluster;
  const staging = `${clusterDir}.new`;
  const newDir = path.join(staging, 'data');
  const passwordFile = path.join(staging, 'password');
  await rm(staging, { recursive: true, force: true });
  await mkdir(newDir, { recursive: true, mode: 0o700 });
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account !== undefined) {
      await Promise.all([staging, newDir, passwordFile].map((file) => chown(file, account.uid, account.gid)));
    }
    const { cwd, path: seen } = serverPath(newDir, account);
    const flags = ['--username', user, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    const places = ['--pgdata', seen, '--pwfile', path.join('..', 'password')];
    await runInitdb(path.join(binDir, 'initdb'), [...flags, ...places], { cwd, account });
    await rename(newDir, clusterDir);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function runInitdb(
  initdb: string,
  flags: string[],
  { cwd, account }: { cwd: string; account: ServerAccount | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(initdb, flags, { cwd, env: serverEnvironment(), ...account }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new EmbeddedPostgresError(`PostgreSQL's data folder can't be made: ${reasonOf(error, stderr)}`));
    });
  });
}

/** initdb, or the server that it runs, names the reason before it tells that it cleans up. */
function reasonOf(error: Error, stderr: string): string {
  return /(?:error|fatal|panic): +(.+)/i.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0] ?? error.message;
}
