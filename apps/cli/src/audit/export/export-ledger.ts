import { mkdir } from 'node:fs/promises';
import { readEventPages } from '#ledger';
import { beginExport, type ExportTask } from './begin-export.js';
import { HeadForest } from './head-forest.js';
import { lineFormat } from './lines.js';
import { hasRoot, writeManifest, type Manifest } from './manifest.js';
import { PartWriter } from './part-writer.js';
import { StreamCount } from './stream-count.js';
import { readWrittenParts } from './written-parts.js';

export interface ExportOptions extends ExportTask {
  readonly partEvents: number;
  readonly onProgress: (events: number) => void;
}

/**
 * Writes the ledger, or a company's part of it, as it was at one moment, into part files with a manifest beside them. What was begun in
 * the folder is gone on with, after its last whole part and as of its own moment.
 * @throws CliFailure
 */
export async function exportLedger(options: ExportOptions): Promise<Manifest> {
  const { pool, folder, partEvents, onProgress } = options;
  await mkdir(folder, { recursive: true });
  let manifest = await beginExport(options);
  const forest = new HeadForest();
  await readWrittenParts(folder, manifest, forest);
  const { boundary } = manifest;
  const companyId = manifest.companyId ?? undefined;
  const after = manifest.parts.at(-1)?.last;
  const pages = readEventPages({ pool, boundary, companyId, after });
  const count = new StreamCount(manifest.streams, after);
  let writer: PartWriter | undefined;
  const finish = async (): Promise<void> => {
    const part = await writer?.finish();
    writer = undefined;
    if (part === undefined) return;
    const parts = [...manifest.parts, part];
    manifest = { ...manifest, parts, events: manifest.events + part.events, streams: count.streams };
    await writeManifest(folder, manifest);
  };
  try {
    for await (const page of pages) {
      writer ??= await PartWriter.open(folder, partName(manifest), lineFormat(manifest));
      await writer.write(page);
      for (const event of page) {
        count.add(event);
        forest.add({ ...event, version: BigInt(event.version) });
      }
      onProgress(manifest.events + writer.eventCount);
      if (writer.eventCount >= partEvents) await finish();
    }
    await finish();
  } finally {
    await writer?.abandon();
  }
  return end(folder, manifest, forest);
}

function partName({ parts, lines }: Manifest): string {
  return `part-${String(parts.length + 1).padStart(5, '0')}.${lines}`;
}

async function end(folder: string, manifest: Manifest, forest: HeadForest): Promise<Manifest> {
  const root = hasRoot(manifest) ? forest.root() : null;
  const done = { ...manifest, complete: true, root };
  await writeManifest(folder, done);
  return done;
}
