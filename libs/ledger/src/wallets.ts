import {
  emptyWallet,
  formatInstant,
  genesisHash,
  instant,
  invariant,
  recordEvents,
  type Actor,
  type ChainDigest,
  type RecordedEvent,
} from '#domain';
import { gatheredByName, type Logger, type Prepare } from '#platform';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { askByCompany, type GroupBy } from './by-company.js';
import { column } from './columns.js';
import { commit, confirmWhatIsRead, watchForDoubt } from './group/commit-doubt.js';
import { untilItPasses } from './group/fault.js';
import { WRITE_GATE } from './group/write-gate.js';

/** Ids of customers are free text, so they come as an array. Plan: nested loop over the primary key. */
const FIND_WALLETS = `
  SELECT c.company_id, c.id, c.wallet_id
  FROM unnest(string_to_array($1, E'\\n')::int[], $2::text[]) q(c, i)
  JOIN customer c ON c.company_id = q.c AND c.id = q.i`;

/** Through the gate first, like any group. */
const INSERT_CUSTOMER = `
  INSERT INTO customer (company_id, id, wallet_id, tags)
  SELECT $1::int, $2::text, $3::uuid, '{}' FROM pg_advisory_xact_lock_shared(${WRITE_GATE})
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

export interface WalletOrigin {
  readonly actor: Actor;
  readonly traceId: string | undefined;
}

interface CustomerKey {
  readonly companyId: number;
  readonly customerId: string;
}

interface AskedWallet extends CustomerKey {
  /** The id it gets, should there be none. */
  readonly walletId: string;
  readonly origin: WalletOrigin;
  /** An earlier try may have been committed. */
  readonly inDoubt: boolean;
}

interface FoundWallet extends CustomerKey {
  readonly walletId: string;
}

export interface WalletsOptions {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly digest: ChainDigest;
  readonly newId: () => string;
  readonly groupBy: GroupBy;
  readonly logger: Logger;
}

/** Which wallet is a customer's; and the opening of wallets, the only writing that happens outside groups. */
export class Wallets {
  /** A customer's wallet never changes, so what was once found is true for ever. Oldest first. */
  private readonly remembered = new Map<string, string>();

  private readonly look: (key: CustomerKey) => Promise<FoundWallet | undefined>;

  constructor(private readonly options: WalletsOptions) {
    const { pool, groupBy } = options;
    const find = async (keys: readonly CustomerKey[]): Promise<readonly FoundWallet[]> => {
      const found = await askByCompany(groupBy, keys, (some) => this.find(pool, some));
      for (const { companyId, customerId, walletId } of found) this.remember(companyId, customerId, walletId);
      return found;
    };
    this.look = gatheredByName(nameOf, find, nameOf);
  }

  /** Those that are asked for in one turn, as by requests that arrive together, are one statement. */
  async walletIdOf(companyId: number, customerId: string): Promise<string | undefined> {
    const key = { companyId, customerId };
    return this.remembered.get(nameOf(key)) ?? (await this.look(key))?.walletId;
  }

  /**
   * The customer's wallet; opened, with the customer, if there is none. Safe to race: one opens, the others read its id. Faults of the world
   * are tried again under the same id, so that a first try whose COMMIT was not answered is recognised as this call's own.
   * @throws LedgerError LEDGER_UNAVAILABLE
   */
  async open(
    companyId: number,
    customerId: string,
    origin: WalletOrigin,
  ): Promise<{ readonly walletId: string; readonly created: boolean }> {
    const known = this.remembered.get(nameOf({ companyId, customerId }));
    if (known !== undefined) return { walletId: known, created: false };
    const own = randomUUID();
    let inDoubt = false;
    const walletId = await untilItPasses(
      () => this.findOrInsert({ companyId, customerId, walletId: own, origin, inDoubt }),
      (error, tries) => {
        inDoubt = true;
        this.options.logger.warn({ err: error, tries }, 'The opening of a wallet is tried again.');
      },
    );
    this.remember(companyId, customerId, walletId);
    return { walletId, created: walletId === own };
  }

  private async findOrInsert(asked: AskedWallet): Promise<string> {
    const client = await this.options.pool.connect();
    const doubts = watchForDoubt(client);
    try {
      const found = await this.findOne(client, asked);
      // What was read may be a first try's, whose commit nobody has confirmed.
      if (found !== undefined && asked.inDoubt) await confirmWhatIsRead(client);
      const walletId = found ?? (await this.insert(client, asked));
      doubts.check();
      doubts.end();
      client.release();
      return walletId;
    } catch (error) {
      // Whatever state the connection is in, it is not used again.
      client.release(true);
      throw error;
    }
  }

  private async findOne(client: pg.ClientBase, asked: CustomerKey): Promise<string | undefined> {
    const [found] = await this.find(client, [asked]);
    return found?.walletId;
  }

  private async find(client: pg.ClientBase | pg.Pool, keys: readonly CustomerKey[]): Promise<readonly FoundWallet[]> {
    const values = [column(keys, (key) => key.companyId), keys.map((key) => key.customerId)];
    const { rows } = await client.query<[number, string, string]>({
      ...this.options.prepare('find_wallets', FIND_WALLETS, values),
      rowMode: 'array',
    });
    return rows.map(([companyId, customerId, walletId]) => ({ companyId, customerId, walletId }));
  }

  /** @returns the id of the wallet that stands then: the one asked for, or that of whoever came first. */
  private async insert(client: pg.ClientBase, asked: AskedWallet): Promise<string> {
    const { companyId, customerId, walletId, origin } = asked;
    const { prepare } = this.options;
    await client.query('BEGIN');
    const customer = prepare('insert_customer', INSERT_CUSTOMER, [companyId, customerId, walletId]);
    const { rows } = await client.query<{ now: string }>(customer);
    const now = rows[0]?.now;
    if (now === undefined) {
      const winner = await this.findOne(client, asked);
      await client.query('ROLLBACK');
      invariant(winner !== undefined, 'whoever won the customer has committed it');
      return winner;
    }
    const { bytes, hash, event } = this.opening(companyId, walletId, Number(now), origin);
    const values = [companyId, walletId, customerId, event.eventId, formatInstant(event.occurredAt), bytes, hash];
    await client.query(prepare('insert_wallet', INSERT_WALLET, values));
    await commit(client);
    return walletId;
  }

  private opening(companyId: number, walletId: string, nowMicros: number, origin: WalletOrigin): RecordedEvent {
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
    this.remembered.set(nameOf({ companyId, customerId }), walletId);
  }
}

function nameOf({ companyId, customerId }: CustomerKey): string {
  return `${companyId}:${customerId}`;
}
