import {
  emptyWallet,
  formatInstant,
  genesisHash,
  instant,
  recordEvents,
  type Actor,
  type ChainDigest,
  type RecordedEvent,
} from '#domain';
import type { Prepare } from '#platform';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';

const FIND_WALLET = `SELECT wallet_id FROM customer WHERE company_id = $1 AND id = $2`;

const INSERT_CUSTOMER = `
  INSERT INTO customer (company_id, id, wallet_id, tags) VALUES ($1, $2, $3, '{}')
  ON CONFLICT DO NOTHING
  RETURNING (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now`;

const INSERT_WALLET = `
  WITH opened AS (
    INSERT INTO event (company_id, wallet_id, version, event_id, type, occurred_at, body, hash,
                       available_after, reserved_after, burned_after)
    VALUES ($1, $2, 1, $4, 'WalletOpened', $5, $6, $7, 0, 0, 0)
  )
  INSERT INTO wallet (company_id, id, customer_id, version, head_hash, available, reserved, burned, expired, earned,
                      adjusted_up, adjusted_down, earn_reversed, last_occurred_at, created_at)
  VALUES ($1, $2, $3, 1, $7, 0, 0, 0, 0, 0, 0, 0, 0, $5, $5)`;

/** Wallet ids remembered by one process; about 100 bytes each. */
const REMEMBERED_MAX = 200_000;

export interface WalletsOptions {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly digest: ChainDigest;
  readonly newId: () => string;
}

/** Which wallet is a customer's; and the opening of wallets, the only writing that happens outside groups. */
export class Wallets {
  /** A customer's wallet never changes, so what was once found is true for ever. Oldest first. */
  private readonly remembered = new Map<string, string>();

  constructor(private readonly options: WalletsOptions) {}

  async walletIdOf(companyId: number, customerId: string): Promise<string | undefined> {
    const known = this.remembered.get(`${companyId}:${customerId}`);
    if (known !== undefined) return known;
    const { pool, prepare } = this.options;
    const { rows } = await pool.query<{ wallet_id: string }>(
      prepare('find_wallet', FIND_WALLET, [companyId, customerId]),
    );
    const found = rows[0]?.wallet_id;
    if (found !== undefined) this.remember(companyId, customerId, found);
    return found;
  }

  /** The customer's wallet; opened, with the customer, if there is none. Safe to race: one opens, the others read its id. */
  async open(
    companyId: number,
    customerId: string,
    origin: { readonly actor: Actor; readonly traceId: string | undefined },
  ): Promise<{ readonly walletId: string; readonly created: boolean }> {
    for (;;) {
      const known = await this.walletIdOf(companyId, customerId);
      if (known !== undefined) return { walletId: known, created: false };
      const walletId = randomUUID();
      if (await this.insert(companyId, customerId, walletId, origin)) {
        this.remember(companyId, customerId, walletId);
        return { walletId, created: true };
      }
    }
  }

  private async insert(
    companyId: number,
    customerId: string,
    walletId: string,
    origin: { readonly actor: Actor; readonly traceId: string | undefined },
  ): Promise<boolean> {
    const client = await this.options.pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ now: string }>(
        this.options.prepare('insert_customer', INSERT_CUSTOMER, [companyId, customerId, walletId]),
      );
      const now = rows[0]?.now;
      if (now !== undefined) {
        const { bytes, hash, event } = this.opening(companyId, walletId, Number(now), origin);
        const values = [companyId, walletId, customerId, event.eventId, formatInstant(event.occurredAt), bytes, hash];
        await client.query(this.options.prepare('insert_wallet', INSERT_WALLET, values));
      }
      await client.query('COMMIT');
      client.release();
      return now !== undefined;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  private opening(
    companyId: number,
    walletId: string,
    nowMicros: number,
    origin: { readonly actor: Actor; readonly traceId: string | undefined },
  ): RecordedEvent {
    const { digest, newId } = this.options;
    const head = { wallet: emptyWallet, hash: genesisHash(digest, companyId, walletId) };
    const { recorded } = recordEvents(head, [{ type: 'WalletOpened', data: {} }], {
      companyId,
      walletId,
      now: instant(nowMicros),
      causationId: newId(),
      ...origin,
      key: undefined,
      privateDigest: undefined,
      newEventId: newId,
      digest,
    });
    return recorded[0] as RecordedEvent;
  }

  /** Keeps what another statement has found. */
  remember(companyId: number, customerId: string, walletId: string): void {
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.delete(this.remembered.keys().next().value as string);
    this.remembered.set(`${companyId}:${customerId}`, walletId);
  }
}
