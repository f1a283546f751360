import type { Send } from '../load/http-connection.js';

/** What the load process knows about the engine it talks to. */
export interface Target {
  readonly apiKey: string;
  /** Customers are named `customerName(0)` to `customerName(wallets - 1)`. */
  readonly wallets: number;
}

/** A redemption that an answer called settled; the audit looks it up in the ledger. */
export interface SettledAnswer {
  readonly redemptionId: string;
  readonly customerId: string;
  readonly voucherCode: string;
}

/** How one attempt went. */
export interface Attempt {
  /** The HTTP status of the answer that decided. */
  readonly status: number;
  /** The answer, when it counts as settled. */
  readonly settled: SettledAnswer | undefined;
}

/** A provider outside, as it behaves and as the engine is told of it. */
export interface ScenarioProvider {
  /** What every call takes. */
  readonly latencyMs: number;
  /** The part of the calls that are done and never answered. */
  readonly timeoutShare: number;
  readonly timeoutMs: number;
  /** Calls at once. Unset: as many as the engine makes where nobody says. */
  readonly concurrency?: number;
}

/** A way of using the engine that is measured. A new one is a file in this folder and a line in `scenarios.ts`. */
export interface Scenario {
  readonly name: string;
  /** How many wallets and connections, unless the command line says otherwise. */
  readonly wallets: number;
  readonly connections: number;
  /** Where the vouchers come from. Unset: from the engine itself. */
  readonly provider?: ScenarioProvider;
  /** Another provider, which is slow: what is measured is what the first one's callers notice of it, and there is no floor. */
  readonly beside?: ScenarioProvider;
  /** Makes one redemption from beginning to end over one connection. @throws when the connection breaks. */
  attempt(send: Send, target: Target): Promise<Attempt>;
}

/** What every redemption costs, here and in the floor. */
export const POINTS_COST = 10;

/** What each wallet has before the first redemption: more than any run can spend. */
export const POINTS_SEEDED = 1_000_000_000;

export const CUSTOMERS = '/customer/api/open/v1/loyalty/customers';

export function customerName(index: number): string {
  return `customer-${index}`;
}
