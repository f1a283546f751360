import { SealBrokenError, type VoucherCodes } from '#platform';
import type pg from 'pg';
import type { Effect, SentIssue } from '../../support/provider/index.js';

/** An event as its bytes say, read without any code of the engine's. */
export interface StoredEvent {
  readonly companyId: number;
  readonly walletId: string;
  readonly version: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly actor: { readonly kind: string };
  readonly balances: { readonly available: string; readonly reserved: string; readonly burned: string };
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the engine says of a wallet today. */
export interface WalletRow {
  readonly id: string;
  readonly available: string;
  readonly reserved: string;
  readonly burned: string;
}

/** What the engine says of a redemption today, and the code it would show, in the clear. */
export interface RedemptionRow {
  readonly id: string;
  readonly status: string;
  readonly voucherState: string;
  readonly code: string | undefined;
}

/** Both accounts, taken independently: the ledger's and the provider's. */
export interface Evidence {
  readonly events: readonly StoredEvent[];
  readonly wallets: readonly WalletRow[];
  readonly redemptions: readonly RedemptionRow[];
  readonly effects: readonly Effect[];
  /** The calls for vouchers as the engine's processes wrote them, noted by none of its code. */
  readonly sentIssues: readonly SentIssue[];
  /** Keys at which the provider itself broke its word on idempotency: what it gave out twice is no fault of the engine's. */
  readonly brokenPromises: ReadonlySet<string>;
}

const READ_EVENTS = 'SELECT body FROM event ORDER BY company_id, wallet_id, version';
const READ_WALLETS =
  'SELECT id::text, available::text, reserved::text, burned::text FROM wallet ORDER BY company_id, id';
const READ_REDEMPTIONS = 'SELECT company_id, id::text, status, state FROM redemption ORDER BY company_id, id';

/** Reads the ledger's half of the evidence in one snapshot. */
export async function readLedger(
  pool: pg.Pool,
  codes: VoucherCodes,
): Promise<Pick<Evidence, 'events' | 'wallets' | 'redemptions'>> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const events = await client.query<{ body: string }>(READ_EVENTS);
    const wallets = await client.query<WalletRow>(READ_WALLETS);
    const redemptions = await client.query<{ company_id: number; id: string; status: string; state: string }>(
      READ_REDEMPTIONS,
    );
    await client.query('COMMIT');
    return {
      events: events.rows.map(({ body }) => JSON.parse(body) as StoredEvent),
      wallets: wallets.rows,
      redemptions: redemptions.rows.map(({ company_id: companyId, id, status, state }) => {
        const { voucher } = JSON.parse(state) as {
          voucher: { state: string; code?: { cipher: string; keyId: string } };
        };
        return { id, status, voucherState: voucher.state, code: opened(codes, companyId, id, voucher.code) };
      }),
    };
  } finally {
    client.release(true);
  }
}

function opened(
  codes: VoucherCodes,
  companyId: number,
  redemptionId: string,
  sealed: { readonly cipher: string; readonly keyId: string } | undefined,
): string | undefined {
  try {
    return sealed && codes.openCode({ companyId, redemptionId, sealed });
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined;
    throw error;
  }
}
