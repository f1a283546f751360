/** An answer from the database that may be a little old. */
interface Entry<Value> {
  readonly value: Value;
  readonly loadedMs: number;
}

export interface TimedCacheOptions<Key, Value> {
  readonly load: (key: Key) => Promise<Value>;
  /** A hit older than this is answered at once and read again in the background. */
  readonly refreshAfterMs: number;
  /** A value older than this is never answered: the bound on how long a change goes unseen. */
  readonly expireAfterMs: number;
  readonly entriesMax: number;
  readonly nowMs?: () => number;
}

/**
 * Keeps what hot calls ask for over and over, for a bounded time. Simultaneous askers share one query. A value's age counts from before
 * its query began, so what was changed before that can't hide in it.
 */
export class TimedCache<Key extends string | number, Value> {
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #loading = new Map<Key, Promise<Value>>();
  readonly #nowMs: () => number;

  constructor(private readonly options: TimedCacheOptions<Key, Value>) {
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** The value itself while it is fresh, so that hot paths needn't wait even one tick. */
  get(key: Key): Value | Promise<Value> {
    const entry = this.#entries.get(key);
    const ageMs = entry === undefined ? Infinity : this.#nowMs() - entry.loadedMs;
    if (entry === undefined || ageMs > this.options.expireAfterMs) return this.#load(key);
    // A failed refresh is not this caller's trouble; the value expires, and whoever asks then is told.
    if (ageMs > this.options.refreshAfterMs) this.#load(key).catch(() => undefined);
    return entry.value;
  }

  forget(key: Key): void {
    this.#entries.delete(key);
    this.#loading.delete(key);
  }

  #load(key: Key): Promise<Value> {
    const running = this.#loading.get(key);
    if (running !== undefined) return running;
    const loadedMs = this.#nowMs();
    const loading = this.options.load(key).then(
      (value) => {
        if (this.#loading.get(key) === loading) this.#keep(key, { value, loadedMs });
        return value;
      },
      (error: unknown) => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key);
        throw error;
      },
    );
    this.#loading.set(key, loading);
    return loading;
  }

  #keep(key: Key, entry: Entry<Value>): void {
    this.#loading.delete(key);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= this.options.entriesMax) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
