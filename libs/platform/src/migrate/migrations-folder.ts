import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';

import { projectRoot } from './project-root.js';

const LOCK_FILE = 'migration_lock.toml';
const LOCK_TEXT = `# Written once; Prisma refuses migrations made for another kind of database.\nprovider = "postgresql"\n`;

/** `prisma/migrations` in the form the schema engine takes, oldest first. */
export async function readMigrations(): Promise<MigrationList> {
  const baseDir = migrationsDir();
  const lockFile = path.join(baseDir, LOCK_FILE);
  const entries = existsSync(baseDir) ? await readdir(baseDir, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir,
    lockfile: { path: LOCK_FILE, content: existsSync(lockFile) ? await readFile(lockFile, 'utf8') : LOCK_TEXT },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok' as const, value: await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8') },
        },
      })),
    ),
  };
}

/** `prisma/schema.prisma`, with its path. */
export async function readSchema(): Promise<{ path: string; content: string }> {
  const file = path.join(projectRoot(), 'prisma', 'schema.prisma');
  return { path: file, content: await readFile(file, 'utf8') };
}

/**
 * Writes a migration under the name that Prisma gives it, `YYYYMMDDHHMMSS_name`.
 *
 * @returns the file.
 */
export async function writeMigration(name: string, writtenAt: Date, sql: string): Promise<string> {
  const stamp = writtenAt.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const dir = path.join(migrationsDir(), `${stamp}_${name}`);
  await mkdir(dir, { recursive: true });
  const lockFile = path.join(migrationsDir(), LOCK_FILE);
  if (!existsSync(lockFile)) await writeFile(lockFile, LOCK_TEXT);
  const file = path.join(dir, 'migration.sql');
  await writeFile(file, sql, { flag: 'wx' });
  return file;
}

function migrationsDir(): string {
  return path.join(projectRoot(), 'prisma', 'migrations');
}
