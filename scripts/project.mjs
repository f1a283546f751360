import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export function sha256OfFiles(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** All files below the folders that the predicate accepts; folders that don't exist hold none. */
export function filesBelow(folders, accepts) {
  return folders
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && accepts(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** The text of a file, undefined when there is none. */
export function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
