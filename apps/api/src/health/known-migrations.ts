import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let names: readonly string[] | undefined;

/** The migrations that this program was built with: the folders of `prisma/migrations`, read once. */
export function knownMigrations(): readonly string[] {
  names ??= readdirSync(path.join(projectRoot(), 'prisma', 'migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return names;
}

/** The folder that holds `prisma/`, from the sources as from `dist/`. */
function projectRoot(): string {
  let dir = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(dir, 'prisma', 'schema.prisma'))) {
    const parent = path.dirname(dir);
    if (parent === dir) throw new Error('No prisma/schema.prisma is found above the program.');
    dir = parent;
  }
  return dir;
}
