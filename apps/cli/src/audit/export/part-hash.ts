import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Part } from './part-writer.js';

/** SHA-256 of a part's bytes as they lie, in hexadecimal; undefined where the file is missing. */
export async function partHash(folder: string, { file }: Part): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(join(folder, file)), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
