import { chmod, cp, lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { EmbeddedPostgresError, systemErrorCode } from './embedded-postgres-error.js';
import { hydrateSymlinks } from './hydrate-symlinks.js';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Copies the binaries once to a folder that the server's account can reach: the checkout may lie under a folder with mode 0700,
 * or be read-only.
 *
 * @returns the copy's counterpart of `nativeDir`.
 */
export async function copyForOtherAccount(nativeDir: string, version: string): Promise<string> {
  const name = `holdfast-postgres-${version}-${process.platform}-${process.arch}`;
  for (const cacheDir of cacheDirs()) {
    const copy = path.join(cacheDir, name);
    if (await isOurs(copy)) return copy;
    try {
      return await copyInto(cacheDir, copy, nativeDir);
    } catch (error) {
      if (!['EACCES', 'EROFS', 'EPERM', 'ENOENT', 'EEXIST', 'ENOTEMPTY'].includes(systemErrorCode(error) ?? ''))
        throw error;
      if (await isOurs(copy)) return copy;
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL's programs can't be copied to any of ${cacheDirs().join(', ')}: make one of them writable, or set DATABASE_URL.`,
  );
}

/** Folders that other accounts can reach; the temporary folder is the last resort since it may be emptied at any time. */
function cacheDirs(): string[] {
  const own = process.getuid?.() === 0 ? ['/var/cache'] : [path.join(os.homedir(), '.cache')];
  return [...own, os.tmpdir()];
}

/** A folder of that name made by somebody else could hold any program, so only our own, writable by us alone, is believed. */
async function isOurs(copy: string): Promise<boolean> {
  try {
    const found = await lstat(copy);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & WRITABLE_BY_OTHERS) === 0;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemErrorCode(error) ?? '')) return false;
    throw error;
  }
}

/** The copy appears under its name only when it is complete, so that a copy that was interrupted is never used. */
async function copyInto(cacheDir: string, copy: string, nativeDir: string): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  const unfinished = await mkdtemp(`${copy}.`);
  try {
    await cp(nativeDir, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !file.endsWith('.a'),
    });
    await hydrateSymlinks(unfinished);
    await chmod(unfinished, 0o755);
    await rename(unfinished, copy);
    return copy;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
