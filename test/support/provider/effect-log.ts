import { closeSync, existsSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { fdatasync, write } from 'node:fs';
import { promisify } from 'node:util';

const writeAsync = promisify(write);
const fdatasyncAsync = promisify(fdatasync);

/** Something that happened to a key at the provider, and is true from then on. */
export interface Effect {
  /** 1, 2, 3 … in the order things happened. */
  readonly seq: number;
  /** RFC 3339. */
  readonly at: string;
  readonly key: string;
  /**
   * `issued`: a code works from now on; `cancelled`: it no longer does; `tombstoned`: no code of this key will ever work; `refused`: one was
   * asked for after that; `used`: a shopper has used it; `forgotten`: the provider no longer knows the key, the code still works.
   */
  readonly effect: 'issued' | 'cancelled' | 'tombstoned' | 'refused' | 'used' | 'forgotten';
  readonly code?: string;
  readonly externalId?: string;
}

/**
 * The provider's own account, one JSON text a line, on disk before anybody is told. It survives a kill at any moment; a last line that was
 * cut is dropped when it is opened again. Effects that come together share one flush.
 */
export class EffectLog {
  readonly #fd: number | undefined;
  readonly #effects: Effect[];
  #unwritten: string[] = [];
  #writing: Promise<void> | undefined;

  private constructor(fd: number | undefined, effects: Effect[]) {
    this.#fd = fd;
    this.#effects = effects;
  }

  /** @param file unset: kept in memory only. */
  static open(file: string | undefined): EffectLog {
    if (file === undefined) return new EffectLog(undefined, []);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const fd = openSync(file, 'a');
    ftruncateSync(fd, Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    return new EffectLog(
      fd,
      lines.map((line) => JSON.parse(line) as Effect),
    );
  }

  get effects(): readonly Effect[] {
    return this.#effects;
  }

  add(effect: Omit<Effect, 'seq' | 'at'>): void {
    const stored: Effect = { seq: this.#effects.length + 1, at: new Date().toISOString(), ...effect };
    this.#effects.push(stored);
    this.#unwritten.push(`${JSON.stringify(stored)}\n`);
  }

  /** Resolves when all that has happened so far is on disk. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined || this.#unwritten.length > 0) {
      this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
      await this.#writing;
    }
  }

  async close(): Promise<void> {
    await this.flushed();
    if (this.#fd !== undefined) closeSync(this.#fd);
  }

  async #write(): Promise<void> {
    const lines = Buffer.from(this.#unwritten.join(''), 'utf8');
    this.#unwritten = [];
    if (this.#fd === undefined) return;
    let written = 0;
    while (written < lines.length) written += (await writeAsync(this.#fd, lines, written)).bytesWritten;
    await fdatasyncAsync(this.#fd);
  }
}
