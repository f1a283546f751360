import { mkdir } from 'node:fs/promises';
import type pg from 'pg';
import { merklePath } from '#domain';
import { readCompanySeals, readEventPages, shownCheckpoint, type StoredCheckpoint } from '#ledger';
import { sha256 } from '#platform';
import { CliFailure } from '../../failure/cli-failure.js';
import { HeadForest } from './head-forest.js';
import { lineFormat } from './lines.js';
import { hasRoot, readManifest, writeManifest, type Manifest } from './manifest.js';
import { PartWriter } from './part-writer.js';
import { StreamCount } from './stream-count.js';
import { readWrittenParts } from './written-parts.js';

export interface ExportOptions {
  readonly pool: pg.Pool;
  readonly folder: string;
  readonly content: Manifest['content'];
  readonly lines: Manifest['lines'];
  readonly companyId: number | undefined;
  readonly checkpoint: StoredCheckpoint | undefined;
  /** Where there is no checkpoint: what the ledger's moment is. */
  readonly now: { readonly epoch: string; readonly boundary: string };
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
  let manifest = (await begun(options)) ?? (await beginning(options));
  if (manifest.complete) return manifest;
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

async function begun({ folder, content, lines, companyId, checkpoint }: ExportOptions): Promise<Manifest | undefined> {
  const found = await readManifest(folder);
  if (found === undefined) return undefined;
  const asked = [content, lines, companyId ?? null, checkpoint?.body ?? null];
  const isSame = [found.content, found.lines, found.companyId, found.checkpoint?.body ?? null].every(
    (value, i) => value === asked[i],
  );
  if (isSame) return found;
  throw new CliFailure(`${folder} holds another export: take another folder, or the options that it was begun with.`);
}

async function beginning(options: ExportOptions): Promise<Manifest> {
  const { pool, content, lines, companyId, checkpoint, now } = options;
  const path = checkpoint === undefined || companyId === undefined ? [] : await pathOf(pool, checkpoint, companyId);
  return {
    format: 'holdfast-export/1',
    content,
    lines,
    companyId: companyId ?? null,
    epoch: checkpoint?.checkpoint.epoch ?? now.epoch,
    boundary: checkpoint === undefined ? now.boundary : String(checkpoint.checkpoint.boundary),
    checkpoint: checkpoint === undefined ? null : shownCheckpoint(checkpoint),
    path,
    parts: [],
    complete: false,
    events: 0,
    streams: 0,
    root: null,
  };
}

async function pathOf(pool: pg.Pool, { checkpoint }: StoredCheckpoint, companyId: number): Promise<Manifest['path']> {
  const companies = await readCompanySeals(pool, checkpoint.id);
  const place = companies.findIndex((one) => one.companyId === companyId);
  if (place < 0) throw new CliFailure(`Checkpoint ${checkpoint.id} has no company ${companyId}.`);
  const roots = companies.map(({ root }) => root);
  return merklePath(sha256, roots, place).map(({ side, hash }) => ({ side, hash: Buffer.from(hash).toString('hex') }));
}

async function end(folder: string, manifest: Manifest, forest: HeadForest): Promise<Manifest> {
  const root = hasRoot(manifest) ? forest.root() : null;
  const done = { ...manifest, complete: true, root };
  await writeManifest(folder, done);
  return done;
}
