import { createHash } from 'node:crypto';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { PagedEvent } from '#ledger';
import type { LineFormat } from './lines.js';
import type { Manifest } from './manifest.js';

export type Part = Manifest['parts'][number];

/** Writes one part. It has its name only once it is whole and on disk. */
export class PartWriter {
  private readonly hash = createHash('sha256');
  private events = 0;
  private lines = 0;
  private last: PagedEvent | undefined;

  private constructor(
    private readonly folder: string,
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly format: LineFormat,
  ) {}

  static async open(folder: string, file: string, format: LineFormat): Promise<PartWriter> {
    const writer = new PartWriter(folder, file, await open(join(folder, `${file}.partial`), 'w'), format);
    await writer.append(format.heading);
    return writer;
  }

  get eventCount(): number {
    return this.events;
  }

  async write(events: readonly PagedEvent[]): Promise<void> {
    const { text, lines } = this.format.text(events);
    await this.append(text);
    this.events += events.length;
    this.lines += lines;
    this.last = events.at(-1) ?? this.last;
  }

  async finish(): Promise<Part | undefined> {
    await this.handle.sync();
    await this.handle.close();
    if (this.last === undefined) return undefined;
    await rename(join(this.folder, `${this.file}.partial`), join(this.folder, this.file));
    const { companyId, walletId, version } = this.last;
    const { file, events, lines } = this;
    return { file, events, lines, sha256: this.hash.digest('hex'), last: { companyId, walletId, version } };
  }

  /** What was begun stays behind under its other name, to be written over. */
  async abandon(): Promise<void> {
    await this.handle.close();
  }

  private async append(text: string): Promise<void> {
    this.hash.update(text);
    await this.handle.write(text);
  }
}
