import type { ChainDigest, Instant } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import { balanceOf, balanceParameters, READ_BALANCE_AT, type BalanceAt, type BalanceRow } from '../read/balance-at.js';
import { proveRedemption, type RedemptionPlace, type RedemptionProof } from './checkpoints/redemption-proof.js';
import { listCheckpoints, type StoredCheckpoint } from './checkpoints/stored-checkpoint.js';

/** What auditors read while requests go on: short statements by index, for the API's pool. */
export class AuditReader {
  constructor(
    private readonly options: { readonly pool: pg.Pool; readonly prepare: Prepare; readonly digest: ChainDigest },
  ) {}

  /** Undefined before the wallet's first event. */
  async balanceAt(companyId: number, walletId: string, at: Instant): Promise<BalanceAt | undefined> {
    const { pool, prepare } = this.options;
    const values = balanceParameters(companyId, walletId, at);
    const { rows } = await pool.query<BalanceRow>(prepare('balance_at', READ_BALANCE_AT, values));
    return rows[0] === undefined ? undefined : balanceOf(rows[0]);
  }

  /** The newest first, those below `before`. */
  checkpoints(page: { readonly before: bigint; readonly limit: number }): Promise<readonly StoredCheckpoint[]> {
    return listCheckpoints(this.options.pool, page);
  }

  /** Undefined while the redemption's newest event is not sealed. */
  prove(place: RedemptionPlace): Promise<RedemptionProof | undefined> {
    return proveRedemption(this.options.pool, this.options.digest, place);
  }
}
