import type pg from 'pg';
import { openSecret, readSealedSecret, SealBrokenError, type KeyRing, type Prepare } from '#platform';
import type {
  ConfiguredProvider,
  ProviderCall,
  ProviderCondition,
  ProviderKind,
  ProviderSurroundings,
} from './provider-kind.js';
import {
  ProviderConfigError,
  providerKinds,
  readProviderConfig,
  unsealProviderConfig,
  type ReadProviderConfig,
} from './provider-kinds.js';

/** The configuration a redemption is bound to. A version never changes once it is written. */
export interface ProviderRef {
  readonly companyId: number;
  readonly name: string;
  readonly version: bigint;
}

/** A redemption names a provider that is not on record: the table was tampered with or restored without its rows. */
export class UnknownProviderError extends Error {
  override readonly name = 'UnknownProviderError';

  constructor({ companyId, name, version }: ProviderRef) {
    super(`Company ${companyId} has no voucher provider "${name}" of version ${version}; restore its row.`);
  }
}

export interface ProviderRegistryOptions {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly kinds?: ReadonlyMap<string, ProviderKind>;
  /** Opens the secrets in configurations. Without it a configuration that has some can't be used. */
  readonly encryptionKeys?: KeyRing;
  /** Whether providers may lie at addresses that are not public (`OUTGOING_ALLOW_PRIVATE`). Unset: no. */
  readonly allowPrivate?: boolean;
  /** Told of every call a provider of ours makes. */
  readonly onCall?: (call: ProviderCall) => void;
  /** How soon a changed header or time-out reaches redemptions that are under way. */
  readonly refreshMs?: number;
}

/** How one open provider is doing. */
export interface OpenedProvider extends ProviderRef {
  readonly condition: ProviderCondition;
}

interface ProviderRow {
  readonly version: string;
  readonly kind: string;
  readonly config: unknown;
  readonly currency: string;
  readonly secret: string;
}

/** By primary key on both tables; a provider has few versions. */
const READ_VERSIONS = `
SELECT p.version, p.kind, p.config, c.base_currency AS currency, c.secret
  FROM voucher_provider p
  JOIN company c ON c.id = p.company_id
 WHERE p.company_id = $1 AND p.name = $2 AND p.version >= $3
 ORDER BY p.version DESC`;

const READ_NEWEST = `
SELECT version FROM voucher_provider WHERE company_id = $1 AND name = $2 ORDER BY version DESC LIMIT 1`;

const CACHED_MAX = 10_000;
const REFRESH_MS = 5_000;

/** A version that redemptions are bound to, and the one that serves it. */
interface Bound {
  readonly opened: Promise<Opened>;
  readAtMs: number;
}

interface Opened {
  readonly ref: ProviderRef;
  readonly provider: ConfiguredProvider;
  /** Whether a later version may take its place. */
  readonly mayBeReplaced: boolean;
}

/**
 * From the version a redemption names to the provider it means: kind and address are that version's for ever, while headers, time-outs and
 * limits come from the latest version that means the same provider. All versions that do share one provider, so its connections, its
 * breaker and its bounds are one. The hot path asks the database nothing; changes are looked for in the background.
 */
export class ProviderRegistry {
  readonly #options: ProviderRegistryOptions;
  readonly #bound = new Map<string, Bound>();
  readonly #opened = new Map<string, Opened>();

  constructor(options: ProviderRegistryOptions) {
    this.#options = options;
  }

  /** @throws UnknownProviderError, ProviderConfigError, SealBrokenError */
  async resolve(ref: ProviderRef): Promise<ConfiguredProvider> {
    const bound = this.#bound.get(keyOf(ref)) ?? this.#bind(ref);
    const opened = await bound.opened;
    const ageMs = performance.now() - bound.readAtMs;
    if (opened.mayBeReplaced && ageMs >= (this.#options.refreshMs ?? REFRESH_MS)) {
      bound.readAtMs = performance.now();
      // The one at hand serves until the new one is there; a database in trouble changes nothing.
      void this.#refresh(ref, opened).catch(() => undefined);
    }
    return opened.provider;
  }

  /**
   * The provider a new redemption would be bound to; undefined where the company has none of that name.
   * @throws ProviderConfigError, SealBrokenError
   */
  async newest({ companyId, name }: Omit<ProviderRef, 'version'>): Promise<ConfiguredProvider | undefined> {
    const { pool, prepare } = this.#options;
    const { rows } = await pool.query<{ version: string }>(
      prepare('read_newest_provider', READ_NEWEST, [companyId, name]),
    );
    const [newest] = rows;
    return newest === undefined ? undefined : this.resolve({ companyId, name, version: BigInt(newest.version) });
  }

  /** How the open providers that can tell are doing, for metrics. */
  conditions(): OpenedProvider[] {
    return [...this.#opened.values()].flatMap(({ ref, provider }) => {
      const condition = provider.reach === 'outside' ? provider.condition?.() : undefined;
      return condition === undefined ? [] : [{ ...ref, condition }];
    });
  }

  /** Lets calls under way end and all connections go. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#bound.clear();
    this.#opened.clear();
    await Promise.all(opened.map(({ provider }) => closeProvider(provider)));
  }

  #bind(ref: ProviderRef): Bound {
    if (this.#bound.size >= CACHED_MAX) void this.close();
    const bound: Bound = { opened: this.#open(ref), readAtMs: performance.now() };
    const key = keyOf(ref);
    this.#bound.set(key, bound);
    // A row that could not be read this time may be there the next.
    bound.opened.catch(() => this.#bound.delete(key));
    return bound;
  }

  async #refresh(ref: ProviderRef, served: Opened): Promise<void> {
    const opened = await this.#open(ref);
    if (opened === served) return;
    const bound: Bound = { opened: Promise.resolve(opened), readAtMs: performance.now() };
    for (const [key, { opened: other }] of this.#bound) {
      if ((await other.catch(() => undefined)) === served) this.#bound.set(key, bound);
    }
    if (this.#opened.get(keyOf(served.ref)) === served) this.#opened.delete(keyOf(served.ref));
    await closeProvider(served.provider);
  }

  async #open(ref: ProviderRef): Promise<Opened> {
    const { pool, prepare } = this.#options;
    const { rows } = await pool.query<ProviderRow>(
      prepare('read_provider_versions', READ_VERSIONS, [ref.companyId, ref.name, ref.version]),
    );
    const boundRow = rows.at(-1);
    if (boundRow === undefined || BigInt(boundRow.version) !== ref.version) throw new UnknownProviderError(ref);
    const bound = this.#read(ref, boundRow);
    const { row, read } = this.#latestSame(ref, rows, bound) ?? { row: boundRow, read: bound };
    const servedRef = { ...ref, version: BigInt(row.version) };
    // Whoever asked at the same time may have opened it meanwhile; two would have two breakers.
    const known = this.#opened.get(keyOf(servedRef));
    if (known !== undefined) return known;
    const opened: Opened = {
      ref: servedRef,
      provider: read.kind.open(read.config, this.#surroundings(servedRef, row)),
      mayBeReplaced: read.kind.meansSame !== undefined,
    };
    this.#opened.set(keyOf(servedRef), opened);
    return opened;
  }

  #latestSame(ref: ProviderRef, rows: readonly ProviderRow[], bound: ReadProviderConfig) {
    for (const row of rows) {
      if (row.kind !== rows.at(-1)?.kind) continue;
      const read = this.#tryRead(ref, row);
      if (read !== undefined && bound.kind.meansSame?.(bound.config, read.config) === true) return { row, read };
    }
    return undefined;
  }

  /** A later version that can't be read serves nobody; the one a redemption is bound to still does. */
  #tryRead(ref: ProviderRef, row: ProviderRow): ReadProviderConfig | undefined {
    try {
      return this.#read(ref, row);
    } catch (error) {
      if (error instanceof ProviderConfigError || error instanceof SealBrokenError) return undefined;
      throw error;
    }
  }

  #read({ companyId, name }: ProviderRef, row: ProviderRow): ReadProviderConfig {
    const { kinds = providerKinds, encryptionKeys } = this.#options;
    const read = readProviderConfig(row.kind, row.config, kinds);
    return encryptionKeys === undefined ? read : unsealProviderConfig(read, encryptionKeys, { companyId, name });
  }

  #surroundings({ companyId, name }: ProviderRef, { currency, secret }: ProviderRow): ProviderSurroundings {
    const { allowPrivate = false, onCall, encryptionKeys: ring } = this.#options;
    const companySecret = ring === undefined ? undefined : () => openSecret(ring, companyId, readSealedSecret(secret));
    return { currency, companyId, name, allowPrivate, onCall, companySecret };
  }
}

function keyOf({ companyId, version, name }: ProviderRef): string {
  return `${companyId}:${version}:${name}`;
}

async function closeProvider(provider: ConfiguredProvider): Promise<void> {
  if (provider.reach === 'outside') await provider.close?.();
}
