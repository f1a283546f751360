import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { projectFolder } from '../places.js';
import type { Provenance } from './provenance.js';
import type { AnyResult } from './result.js';

/** A result as it is kept: with the command that made it. Machine, commit and date are its own. */
export interface SavedResult {
  readonly command: string;
  readonly result: Provenance;
}

/** The newest result of each kind, by its key. */
export type SavedResults = Readonly<Record<string, SavedResult>>;

export const benchmarksFolder = path.join(projectFolder, 'docs', 'benchmarks');
const file = path.join(benchmarksFolder, 'results.json');

export async function readSavedResults(): Promise<SavedResults> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SavedResults;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Puts the result in the place of the one before it of the same key, with the script and the arguments that made it. */
export async function saveResult(
  key: string,
  result: Provenance,
  script: string,
  args: readonly string[],
): Promise<void> {
  const shown = args.filter((arg) => arg !== '--save' && arg !== '--json');
  const command = `npm run ${script}${shown.length === 0 ? '' : ` -- ${shown.join(' ')}`}`;
  const kept = { ...(await readSavedResults()), [key]: { command, result } };
  const sorted = Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
  await mkdir(benchmarksFolder, { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(sorted, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** `spread, redis`; `spread, postgres, p99` where the rate was looked for; `spread, postgres, rate` where it was given. */
export function keyOf(
  result: AnyResult & { readonly p99BoundMs?: number; readonly perSecond?: number | null },
): string {
  const { scenario, queue, p99BoundMs, perSecond } = result;
  const way = p99BoundMs !== undefined ? ', p99' : perSecond != null && 'floorConnections' in result ? ', rate' : '';
  return `${scenario}, ${queue}${way}`;
}
