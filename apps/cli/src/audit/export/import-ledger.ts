import { MalformedRecord, StreamAudit, type Finding, type StoredEvent } from '#domain';
import { sha256, type PublicKey } from '#platform';
import { HeadForest } from './head-forest.js';
import { checkCheckpoint } from './import-checkpoint.js';
import { importedEvent } from './imported-event.js';
import type { Manifest } from './manifest.js';
import { partHash } from './part-hash.js';
import { readPart } from './part-reader.js';
import type { Part } from './part-writer.js';
import { isSameStream, type Stream } from './same-stream.js';

/** A company's points as its streams fold. Decimal strings. */
export interface CompanyBalances {
  readonly companyId: number;
  readonly streams: number;
  readonly available: string;
  readonly reserved: string;
  readonly burned: string;
  readonly expired: string;
}

/** What an export says, folded with nothing but the domain's code. */
export interface Imported {
  readonly events: number;
  readonly streams: number;
  readonly root: string;
  /** The id of the checkpoint that the root was held against; null where the export has none, or none that can be read. */
  readonly checkpoint: string | null;
  readonly balances: readonly CompanyBalances[];
  readonly findings: readonly ImportFinding[];
}

export interface ImportFinding {
  /** A part's file, the manifest, the checkpoint, or a stream. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

const FINDINGS_MAX = 1_000;

interface Sums {
  streams: number;
  available: bigint;
  reserved: bigint;
  burned: bigint;
  expired: bigint;
}

interface AuditedStream extends Stream {
  readonly audit: StreamAudit;
}

/** Folds an export with no database: every hash, every chain, every stream, and the root over all of them. */
export class LedgerImport {
  private readonly findings: ImportFinding[] = [];
  private readonly sums = new Map<number, Sums>();
  private readonly forest = new HeadForest();
  private events = 0;
  private streams = 0;
  private stream: AuditedStream | undefined;

  constructor(
    private readonly folder: string,
    private readonly manifest: Manifest,
  ) {}

  async run(publicKey: PublicKey | undefined, onProgress: (events: number) => void): Promise<Imported> {
    for (const part of this.manifest.parts) {
      await this.takePart(part);
      onProgress(this.events);
    }
    this.closeStream();
    const root = this.forest.root();
    this.checkManifest(root);
    const folded = { root, companies: this.sums.size, streams: this.streams, events: this.events };
    const checkpoint = checkCheckpoint(this.manifest, folded, publicKey, (expected, found) => {
      this.find('checkpoint', expected, found);
    });
    const balances = [...this.sums].map(([companyId, { streams, ...points }]) => ({
      companyId,
      streams,
      available: String(points.available),
      reserved: String(points.reserved),
      burned: String(points.burned),
      expired: String(points.expired),
    }));
    const { events, streams, findings } = this;
    return { events, streams, root, checkpoint, balances, findings };
  }

  private async takePart(part: Part): Promise<void> {
    const found = await partHash(this.folder, part);
    if (found !== part.sha256) this.find(part.file, `SHA-256 ${part.sha256}`, found ?? 'no such file');
    if (found === undefined) return;
    const { events, badLine } = await readPart(this.folder, part, ({ body, hash }) => {
      this.take(body, hash, part.file);
    });
    if (badLine !== undefined) this.find(part.file, 'events', `a line ${badLine} that is none`);
    if (events !== part.events) this.find(part.file, `${part.events} events`, String(events));
  }

  private take(body: string, hash: string, file: string): void {
    let row: StoredEvent;
    try {
      row = importedEvent(body, hash);
    } catch (error) {
      if (!(error instanceof MalformedRecord)) throw error;
      return this.find(file, 'an event that can be read', error.message);
    }
    if (!isSameStream(this.stream, row)) this.closeStream();
    this.stream ??= this.openStream(row, file);
    this.stream.audit.take(row);
    this.forest.add({ companyId: row.companyId, walletId: row.walletId, version: row.version, hash });
    this.events += 1;
  }

  private openStream({ companyId, walletId }: Stream, file: string): AuditedStream {
    this.streams += 1;
    const { companyId: asked } = this.manifest;
    if (asked !== null && companyId !== asked)
      this.find(file, `events of company ${asked}`, `${companyId}:${walletId}`);
    const report = (finding: Finding): void => {
      const where = `${companyId}:${walletId} version ${finding.version ?? '?'}`;
      this.find(where, `${finding.check}: ${finding.expected}`, finding.found);
    };
    return { companyId, walletId, audit: new StreamAudit({ companyId, walletId, digest: sha256, report }) };
  }

  private closeStream(): void {
    if (this.stream === undefined) return;
    const { companyId, audit } = this.stream;
    const sums = this.sums.get(companyId) ?? { streams: 0, available: 0n, reserved: 0n, burned: 0n, expired: 0n };
    this.sums.set(companyId, sums);
    sums.streams += 1;
    for (const name of ['available', 'reserved', 'burned', 'expired'] as const) sums[name] += audit.wallet[name];
    this.stream = undefined;
  }

  private checkManifest(root: string): void {
    const { events, streams, root: written, complete } = this.manifest;
    const expected = `${events} events in ${streams} streams, root ${written ?? 'none'}`;
    const found = `${this.events} events in ${this.streams} streams, root ${root}`;
    if (!complete) this.find('manifest', 'an export that is complete', 'one that was interrupted');
    else if (found !== expected) this.find('manifest', expected, found);
  }

  private find(where: string, expected: string, found: string): void {
    if (this.findings.length < FINDINGS_MAX) this.findings.push({ where, expected, found });
  }
}
