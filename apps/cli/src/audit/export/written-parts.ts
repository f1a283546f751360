import { CliFailure } from '../../failure/cli-failure.js';
import type { HeadForest } from './head-forest.js';
import { hasRoot, type Manifest } from './manifest.js';
import { partHash } from './part-hash.js';
import { readPart } from './part-reader.js';
import type { Part } from './part-writer.js';

/**
 * Takes the heads of what has been written already into `forest`, after it was looked at: what is added to a damaged export is lost.
 * @throws CliFailure
 */
export async function readWrittenParts(folder: string, manifest: Manifest, forest: HeadForest): Promise<void> {
  for (const part of manifest.parts) {
    const isAsWritten =
      (await partHash(folder, part)) === part.sha256 && (!hasRoot(manifest) || (await readHeads(folder, part, forest)));
    if (isAsWritten) continue;
    throw new CliFailure(`${part.file} in ${folder} is not what was written: begin again in an empty folder.`);
  }
}

/** @returns whether every line is an event */
async function readHeads(folder: string, part: Part, forest: HeadForest): Promise<boolean> {
  const { badLine } = await readPart(folder, part, ({ body, hash }) => {
    const { companyId, walletId, version } = JSON.parse(body) as Part['last'];
    forest.add({ companyId, walletId, version: BigInt(version), hash });
  });
  return badLine === undefined;
}
