import { decodeEvent, redemptionIdOf, type LedgerEvent, type Redemption } from '#domain';
import { gatheredByName, type Prepare } from '#platform';
import type pg from 'pg';
import { askByCompany, type GroupBy } from '../by-company.js';
import { column } from '../columns.js';
import { DecodedRedemptions } from '../decoded-redemptions.js';
import type { PrivateText } from '../ledger-command.js';
import type { RedemptionView, WalletView } from './redemption-view.js';
import { textOf, viewOf, WALLET_COLUMNS, walletOf, type Row } from './view-rows.js';

export interface RedemptionKey {
  readonly companyId: number;
  readonly redemptionId: string;
}

/** A redemption's name among those of all companies. */
export function nameOf({ companyId, redemptionId }: RedemptionKey): string {
  return `${companyId}:${redemptionId}`;
}

interface WalletKey {
  readonly companyId: number;
  readonly walletId: string;
}

function nameOfWallet({ companyId, walletId }: WalletKey): string {
  return `${companyId}:${walletId}`;
}

/** A redemption as the worker works on it. */
export interface LoadedRedemption {
  readonly companyId: number;
  readonly walletId: string;
  readonly redemption: Redemption;
}

/** All an answer shows, in one snapshot. Every join is by primary key. `which`: a condition on the redemption, of ours. */
const readViews = (which: string): string => `
  SELECT ${WALLET_COLUMNS}, r.state, c.name, c.email, c.phone_number, request.content, entry.body, entry_text.content
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, r)
  JOIN redemption r ON r.company_id = q.c AND r.id = q.r${which}
  JOIN wallet w ON w.company_id = r.company_id AND w.id = r.wallet_id
  JOIN customer c ON c.company_id = w.company_id AND c.id = w.customer_id
  LEFT JOIN private_text request ON request.company_id = r.company_id AND request.wallet_id = r.wallet_id
    AND request.version = r.first_version
  LEFT JOIN event entry ON entry.company_id = r.company_id AND entry.wallet_id = r.wallet_id
    AND entry.version = r.last_entry_version
  LEFT JOIN private_text entry_text ON entry_text.company_id = entry.company_id AND entry_text.wallet_id = entry.wallet_id
    AND entry_text.version = entry.version`;
const READ_VIEWS = readViews('');
const READ_SETTLED = readViews(' AND r.settled');

const LOAD = `
  SELECT r.company_id, r.wallet_id, r.id, r.state
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, r)
  JOIN redemption r ON r.company_id = q.c AND r.id = q.r`;

/** By primary key. Those that are past `requested` and wait for a provider. */
const COUNT_TAKEN_UP = `
  SELECT count(*)::int
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, r)
  JOIN redemption r ON r.company_id = q.c AND r.id = q.r AND NOT r.settled AND r.status <> 'requested'`;

/** One look by primary key for each company there is. */
const FIND_COMPANY = `
  SELECT c.id FROM company c
  JOIN redemption r ON r.company_id = c.id AND r.id = $1`;

const READ_WALLETS = `
  SELECT ${WALLET_COLUMNS}
  FROM unnest(string_to_array($1, E'\\n')::int[], string_to_array($2, E'\\n')::uuid[]) q(c, w)
  JOIN wallet w ON w.company_id = q.c AND w.id = q.w`;

/** A redemption's story lies between its first and newest version; its neighbours' events are left out by id. */
const READ_STORY = `
  SELECT body FROM event
  WHERE company_id = $1 AND wallet_id = $2 AND version BETWEEN $3 AND $4 AND redemption_id = $5
  ORDER BY version`;

const READ_ENTRY = `
  SELECT e.body, t.content FROM event e
  LEFT JOIN private_text t ON t.company_id = e.company_id AND t.wallet_id = e.wallet_id AND t.version = e.version
  WHERE e.company_id = $1 AND e.wallet_id = $2 AND e.version = $3`;

/** Reads redemptions and wallets for answers and for the worker, many in one statement. */
export class RedemptionReader {
  private readonly lookView = gatheredByName(nameOf, (keys) => this.views(keys), nameOfView);
  private readonly lookLoaded = gatheredByName(
    nameOf,
    (keys) => this.load(keys),
    ({ companyId, redemption }) => nameOf({ companyId, redemptionId: redemption.id }),
  );
  private readonly lookWallet = gatheredByName(
    nameOfWallet,
    (keys) => this.wallets(keys),
    ({ companyId, id }) => nameOfWallet({ companyId, walletId: id }),
  );

  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
    private readonly decoded = new DecodedRedemptions(),
    private readonly groupBy: GroupBy = 'any',
  ) {}

  /** Those that are asked for in one turn, as by callers who don't wait, are one statement. */
  view(key: RedemptionKey): Promise<RedemptionView | undefined> {
    return this.lookView(key);
  }

  /** In no particular order; ids that do not exist are left out. */
  async views(keys: readonly RedemptionKey[]): Promise<readonly RedemptionView[]> {
    return (await this.readRedemptions('views', READ_VIEWS, keys)).map(viewOf);
  }

  /** Those of them that have settled. */
  async settledViews(keys: readonly RedemptionKey[]): Promise<readonly RedemptionView[]> {
    return (await this.readRedemptions('settled', READ_SETTLED, keys)).map(viewOf);
  }

  /** How many of them the worker has taken up and not brought to an end. */
  async countTakenUp(keys: readonly RedemptionKey[]): Promise<number> {
    const [row] = await this.read('taken_up', COUNT_TAKEN_UP, keyColumns(keys));
    return row?.[0] as number;
  }

  /** As with views. Undefined: the company has none of this id. */
  loadOne(key: RedemptionKey): Promise<LoadedRedemption | undefined> {
    return this.lookLoaded(key);
  }

  /** In no particular order; ids that do not exist are left out. */
  async load(keys: readonly RedemptionKey[]): Promise<readonly LoadedRedemption[]> {
    const rows = await this.readRedemptions('load', LOAD, keys);
    return rows.map((row) => ({
      companyId: row[0] as number,
      walletId: row[1] as string,
      redemption: this.decoded.decodeAndKeep(row[2] as string, row[3] as string),
    }));
  }

  /** Whose redemption it is, for administrators: everyone else names the company. */
  async companyOf(redemptionId: string): Promise<number | undefined> {
    const [row] = await this.read('company', FIND_COMPANY, [redemptionId]);
    return row?.[0] as number | undefined;
  }

  /** As with views. */
  wallet(companyId: number, walletId: string): Promise<WalletView | undefined> {
    return this.lookWallet({ companyId, walletId });
  }

  /** One redemption's events, in order. */
  async events(companyId: number, walletId: string, redemption: Redemption): Promise<readonly LedgerEvent[]> {
    const { firstVersion, lastVersion, id } = redemption;
    const rows = await this.read('story', READ_STORY, [
      companyId,
      walletId,
      String(firstVersion),
      String(lastVersion),
      id,
    ]);
    return rows.map(([body]) => decodeEvent(body as string)).filter((event) => redemptionIdOf(event) === id);
  }

  /** One event of a wallet, with what its caller wrote. */
  async entry(
    companyId: number,
    walletId: string,
    version: bigint,
  ): Promise<{ readonly event: LedgerEvent; readonly text: PrivateText | undefined } | undefined> {
    const [row] = await this.read('entry', READ_ENTRY, [companyId, walletId, String(version)]);
    return row === undefined ? undefined : { event: decodeEvent(row[0] as string), text: textOf(row[1]) };
  }

  private async wallets(keys: readonly WalletKey[]): Promise<readonly WalletView[]> {
    const rows = await askByCompany(this.groupBy, keys, (some) =>
      this.read('wallets', READ_WALLETS, [
        column(some, ({ companyId }) => companyId),
        column(some, ({ walletId }) => walletId),
      ]),
    );
    return rows.map(walletOf);
  }

  private readRedemptions(name: string, text: string, keys: readonly RedemptionKey[]): Promise<readonly Row[]> {
    return askByCompany(this.groupBy, keys, (some) => this.read(name, text, keyColumns(some)));
  }

  private async read(name: string, text: string, values: unknown[]): Promise<readonly Row[]> {
    const query = { ...this.prepare(`read_${name}`, text, values), rowMode: 'array' as const };
    return (await this.pool.query<(string | number | null)[]>(query)).rows;
  }
}

function keyColumns(keys: readonly RedemptionKey[]): string[] {
  return [column(keys, (key) => key.companyId), column(keys, (key) => key.redemptionId)];
}

/** The name of the redemption it shows. */
export function nameOfView({ wallet, redemption }: RedemptionView): string {
  return nameOf({ companyId: wallet.companyId, redemptionId: redemption.id });
}
