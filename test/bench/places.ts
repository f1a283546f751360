import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** This module runs as `dist/test/bench/places.js`. */
const here = path.dirname(fileURLToPath(import.meta.url));

export const distFolder = path.resolve(here, '..', '..');

/** The folder of package.json. */
export const projectFolder = path.dirname(distFolder);

/** A main module of the benchmark. */
export function benchScript(name: string): string {
  return path.join(here, name);
}
