import type pg from 'pg';
import { merklePath } from '#domain';
import { readCompanySeals, shownCheckpoint, type LedgerEpoch, type StoredCheckpoint } from '#ledger';
import { sha256 } from '#platform';
import { CliFailure } from '../../failure/cli-failure.js';
import { readManifest, type Manifest } from './manifest.js';

/** What is to be exported, and where to. */
export interface ExportTask {
  readonly pool: pg.Pool;
  readonly folder: string;
  readonly content: Manifest['content'];
  readonly lines: Manifest['lines'];
  readonly companyId: number | undefined;
  readonly checkpoint: StoredCheckpoint | undefined;
  /** The checkpoint is the last there is: what was begun as of an earlier one is gone on with as of that. */
  readonly isLast: boolean;
  /** The ledger's moment: what is exported where there is no checkpoint. A boundary of another epoch means nothing in it. */
  readonly now: LedgerEpoch;
}

/** The manifest that the folder holds, to be gone on with; in an empty folder, one without parts. @throws CliFailure */
export async function beginExport(task: ExportTask): Promise<Manifest> {
  return (await begun(task)) ?? beginning(task);
}

async function begun(task: ExportTask): Promise<Manifest | undefined> {
  const { folder, content, lines, companyId, checkpoint, isLast, now } = task;
  const found = await readManifest(folder);
  if (found === undefined) return undefined;
  if (found.complete) {
    throw new CliFailure(`${folder} holds an export that is complete: take another folder, or empty this one.`);
  }
  const sealed = (isLast ? found.checkpoint : undefined) ?? checkpoint;
  const asked = [content, lines, companyId ?? null, sealed?.body ?? null];
  const isSame = [found.content, found.lines, found.companyId, found.checkpoint?.body ?? null].every(
    (value, i) => value === asked[i],
  );
  if (!isSame) {
    throw new CliFailure(`${folder} holds another export: take another folder, or the options that it was begun with.`);
  }
  if (found.epoch === now.epoch) return found;
  throw new CliFailure(
    `The database was restored after the export in ${folder} was begun, and what is newer can’t be told: begin again in an empty folder.`,
  );
}

async function beginning({ pool, content, lines, companyId, checkpoint, now }: ExportTask): Promise<Manifest> {
  if (checkpoint !== undefined && checkpoint.checkpoint.epoch !== now.epoch) {
    throw new CliFailure(
      `The database was restored after checkpoint ${checkpoint.checkpoint.id}, and what is newer can’t be told: make another one with "audit checkpoint".`,
    );
  }
  const path = checkpoint === undefined || companyId === undefined ? [] : await pathOf(pool, checkpoint, companyId);
  return {
    format: 'holdfast-export/1',
    content,
    lines,
    companyId: companyId ?? null,
    epoch: now.epoch,
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
