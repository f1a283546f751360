import pg from 'pg';

/** How a wallet's id becomes the key of its lock: its first 64 bits. */
const LOCK_WALLET = `SELECT pg_advisory_lock(('x' || translate(left($1::text, 18), '-', ''))::bit(64)::bigint)`;

export interface WalletLock {
  /** Resolves once the lock is held; it is asked for at once and waited for in line. */
  readonly held: Promise<unknown>;
  release(): Promise<void>;
}

/** Takes the lock of a wallet as another process's group would, for as long as a test wants. */
export async function lockWallet(connectionString: string, walletId: string): Promise<WalletLock> {
  const holder = new pg.Client({ connectionString });
  await holder.connect();
  let released: Promise<void> | undefined;
  return {
    held: holder.query(LOCK_WALLET, [walletId]),
    release: () => (released ??= holder.end()),
  };
}
