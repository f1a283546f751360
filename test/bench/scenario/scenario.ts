import type { Send } from '../load/http-connection.js';

/** What the load process knows about the engine it talks to. */
export interface Target {
  /** A key of each company; customer i belongs to company i modulo their number. */
  readonly apiKeys: readonly string[];
  /** Customers are named `customerName(0)` to `customerName(wallets - 1)`. */
  readonly wallets: number;
  /** Of scenarios that redeem an option of the catalogue. */
  readonly shop?: Shop | undefined;
}

/** What a checkout that speaks Yotpo's or BonifiQ's dialect knows of the company. Customers are known by `customerEmail`. */
export interface Shop {
  readonly guid: string;
  readonly optionId: string;
}

/** A redemption that an answer spoke of; the audit looks it up in the ledger. */
export interface SettledAnswer {
  readonly redemptionId: string;
  readonly customerId: string;
  /** Absent: the answer was 202, it is accepted and has to settle by itself. */
  readonly voucherCode?: string;
  /** The answer to a request that had come before: the redemption that the first answer named. */
  readonly repeatOf?: string;
}

/** How one attempt went. */
export interface Attempt {
  /** The HTTP status of the answer that decided. */
  readonly status: number;
  /** Whether this is what the scenario counts. */
  readonly counts: boolean;
  /** What the attempt was, where a scenario makes several kinds: its latency is kept apart. */
  readonly kind?: string;
  /** What the audit is to look up. */
  readonly answer?: SettledAnswer | undefined;
  /** `Retry-After` as it came. */
  readonly retryAfter?: string | undefined;
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
  /** Tenants that the wallets are spread over. Unset: one. */
  readonly companies?: number;
  /** Where the vouchers come from. Unset: from the engine itself. */
  readonly provider?: ScenarioProvider;
  /** What the floor does for each redemption besides its three transactions. */
  readonly floorExtra?: 'order';
  /** Another scenario that takes its turns on the same engine, over as many wallets as it has: rates are compared with its, too. */
  readonly beside?: string;
  /** Whether there is a shop: an option in the catalogue, and customers with e-mail addresses. */
  readonly hasShop?: true;
  /** Whether points are earned on the way, so that the audit can't know what each customer was given. */
  readonly earns?: true;
  /** Makes one attempt from beginning to end over one connection. @throws when the connection breaks. */
  attempt(send: Send, target: Target): Promise<Attempt>;
}

/** What every redemption costs, here and in the floor. */
export const POINTS_COST = 10;

/** What each wallet has before the first redemption: more than any run can spend. */
export const POINTS_SEEDED = 1_000_000_000;

/** The path that the measured calls begin with. */
export const LOYALTY = '/customer/api/open/v1/loyalty';
export const CUSTOMERS = `${LOYALTY}/customers`;

export function customerName(index: number): string {
  return `customer-${index}`;
}
