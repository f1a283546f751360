import type pg from 'pg';
import type { Prepare } from '#platform';
import type { ConfiguredProvider, ProviderKind } from './provider-kind.js';
import { providerKinds, readProviderConfig } from './provider-kinds.js';

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
}

interface ProviderRow {
  readonly kind: string;
  readonly config: unknown;
  readonly currency: string;
}

/** By primary key on both tables. */
const READ_PROVIDER = `
SELECT p.kind, p.config, c.base_currency AS currency
  FROM voucher_provider p
  JOIN company c ON c.id = p.company_id
 WHERE p.company_id = $1 AND p.name = $2 AND p.version = $3`;

const CACHED_MAX = 10_000;

/**
 * From the version a redemption names to the provider it means. What was opened stays open, since a version is never changed, and the
 * hot path asks the database nothing.
 */
export class ProviderRegistry {
  readonly #options: ProviderRegistryOptions;
  readonly #opened = new Map<string, Promise<ConfiguredProvider>>();

  constructor(options: ProviderRegistryOptions) {
    this.#options = options;
  }

  /** @throws UnknownProviderError, ProviderConfigError */
  resolve(ref: ProviderRef): Promise<ConfiguredProvider> {
    const key = `${ref.companyId}:${ref.version}:${ref.name}`;
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    if (this.#opened.size >= CACHED_MAX) this.#opened.clear();
    const opening = this.#open(ref);
    this.#opened.set(key, opening);
    // A row that could not be read this time may be there the next.
    opening.catch(() => this.#opened.delete(key));
    return opening;
  }

  async #open(ref: ProviderRef): Promise<ConfiguredProvider> {
    const { pool, prepare, kinds = providerKinds } = this.#options;
    const { rows } = await pool.query<ProviderRow>(
      prepare('read_provider', READ_PROVIDER, [ref.companyId, ref.name, ref.version]),
    );
    const [row] = rows;
    if (row === undefined) throw new UnknownProviderError(ref);
    const { kind, config } = readProviderConfig(row.kind, row.config, kinds);
    return kind.open(config, { currency: row.currency });
  }
}
