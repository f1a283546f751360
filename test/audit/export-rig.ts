import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEpoch } from '#ledger';
import type { PublicKey } from '#platform';
import type pg from 'pg';
import { exportLedger, type ExportOptions } from '../../apps/cli/src/audit/export/export-ledger.js';
import { LedgerImport, type Imported } from '../../apps/cli/src/audit/export/import-ledger.js';
import { readManifest, writeManifest, type Manifest } from '../../apps/cli/src/audit/export/manifest.js';
import { AuditRig } from './audit-rig.js';

/** A ledger of three companies and seven streams, and a folder for an export of it. */
export class ExportRig {
  folder = '';

  private constructor(readonly audit: AuditRig) {}

  static async open(): Promise<ExportRig> {
    const audit = await AuditRig.open();
    for (const n of [1, 2, 3, 4, 5, 6, 7]) await audit.redeemed(1 + (n % 3), `c${n}`);
    return new ExportRig(audit);
  }

  async makeFolder(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'holdfast-export-'));
  }

  async removeFolder(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  async export(change: Partial<ExportOptions> = {}): Promise<Manifest> {
    const { pool } = this.audit;
    await this.audit.settled();
    return exportLedger({
      pool,
      folder: this.folder,
      content: 'events',
      lines: 'ndjson',
      companyId: undefined,
      checkpoint: undefined,
      isLast: false,
      now: await readEpoch(pool),
      partEvents: 10,
      onProgress: () => undefined,
      ...change,
    });
  }

  /** An export that loses its database after two parts of ten events. @returns what it leaves behind */
  async exportHalf(change: Partial<ExportOptions> = {}): Promise<Manifest> {
    const lost = 'the connection was lost';
    const pool = smallPagesUntil(this.audit.pool, 3, lost);
    const outcome = await this.export({ ...change, pool }).catch((error: unknown) => error);
    if (!(outcome instanceof Error) || outcome.message !== lost) throw new Error('it was not lost', { cause: outcome });
    return this.manifest();
  }

  /** With the signer's key, as an auditor who knows it; null: with whatever key the export names. */
  async import(publicKey: PublicKey | null = this.audit.key.publicKey): Promise<Imported> {
    return new LedgerImport(this.folder, await this.manifest()).run(publicKey ?? undefined, () => undefined);
  }

  async manifest(): Promise<Manifest> {
    const manifest = await readManifest(this.folder);
    if (manifest === undefined) throw new Error(`${this.folder} has no manifest`);
    return manifest;
  }

  async changeManifest(change: (manifest: Manifest) => Partial<Manifest>): Promise<void> {
    const manifest = await this.manifest();
    await writeManifest(this.folder, { ...manifest, ...change(manifest) });
  }

  async changePart(file: string, change: (text: string) => string): Promise<void> {
    const path = join(this.folder, file);
    const text = await readFile(path, 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`nothing in ${file} was changed`);
    await writeFile(path, changed);
  }

  close(): Promise<void> {
    return this.audit.close();
  }
}

/** Answers pages of ten events until `failing`, the number of a page from 1, is asked for. */
function smallPagesUntil(real: pg.Pool, failing: number, message: string): pg.Pool {
  let pages = 0;
  return new Proxy(real, {
    get: (target, name) => {
      if (name !== 'query') return Reflect.get(target, name) as unknown;
      return async (query: string | { text: string; values: unknown[] }, values?: unknown[]) => {
        if (typeof query === 'string') return target.query(query, values);
        if (++pages === failing) throw new Error(message);
        return target.query({ ...query, values: query.values.with(-1, 10) });
      };
    },
  });
}
