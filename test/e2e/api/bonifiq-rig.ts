import type { Answer, ApiRig, Sent, Tenant } from './api-rig.js';
import { CATALOGUE, LOYALTY } from './api-rig.js';

export const BONIFIQ = '/v1/pvt';
/** What every answer has, whatever it is about. */
export const ENVELOPE = [
  ...['Code', 'CodeName', 'ErrorCode', 'ErrorMessage', 'HasError', 'HasWarning', 'Result', 'Severity'],
];

export interface BonifiqBody<Result = BonifiqResult> {
  readonly ErrorMessage: string | null;
  readonly ErrorCode: number | null;
  readonly Result: Result;
  readonly HasError: boolean;
  readonly HasWarning: boolean;
  readonly Code: string | null;
  readonly CodeName: string | null;
  readonly Severity: number;
}

/** What the tests read of results. */
export interface BonifiqResult {
  readonly RewardId: number;
  readonly Point: { readonly PointId: number; readonly Quantity: number; readonly Metadatas: readonly object[] };
  readonly ExternalCode: string;
  readonly OriginalKey: string;
  readonly Coupon: { readonly CouponCode: string } | null;
  readonly Id: number;
  readonly IsCanceled: boolean;
  readonly Items: readonly { readonly OriginalKey: string }[];
  readonly NextBefore: string;
  readonly Rewards: readonly { readonly Id: number; readonly CanUse: boolean; readonly Requirements: string | null }[];
}

const TEN_OFF = {
  rewardName: 'Ten off',
  costToRedeem: 100,
  discountType: 'fixed_amount',
  discountValue: '10',
  expirationPreset: 'THIRTY_DAYS',
};

/** One company's calls in BonifiQ's dialect. */
export class BonifiqStore {
  constructor(
    readonly rig: ApiRig,
    readonly tenant: Tenant,
  ) {}

  async call(method: string, path: string, body?: unknown, sent: Sent = {}): Promise<Answer<BonifiqBody>> {
    const { key = this.tenant.key, headers, ...others } = sent;
    const basic = Buffer.from(`${this.tenant.guid ?? ''}:${key}`).toString('base64');
    const more = { ...others, headers: { authorization: `Basic ${basic}`, ...headers } };
    const answer = await this.rig.send(method, `${BONIFIQ}/${path}`, body === undefined ? more : { ...more, body });
    return answer as Answer<BonifiqBody>;
  }

  post(path: string, body: unknown, sent: Sent = {}): Promise<Answer<BonifiqBody>> {
    return this.call('POST', path, body, sent);
  }

  /** A reward with a number of its own. */
  async reward(change: object = {}): Promise<number> {
    const body = { ...TEN_OFF, ...change };
    const answer = await this.rig.send('POST', `${CATALOGUE}/reward-options`, { key: this.tenant.key, body });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return Number((answer.body as { data: { id: string } }).data.id);
  }

  /** Makes a reward another, under its number. */
  async replace(id: number, change: object = {}): Promise<void> {
    const path = `/companies/${this.tenant.id}/reward-options/${id}`;
    const answer = await this.rig.admin('PUT', path, { ...TEN_OFF, ...change });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  /** Ten points for one unit of money. */
  cashback(change: object = {}): Promise<number> {
    return this.reward({
      rewardName: 'Cashback',
      kind: 'cashback',
      costToRedeem: undefined,
      pointsPerUnit: '10',
      ...change,
    });
  }

  /** A customer with an e-mail of the same name, and points. */
  async customer(name: string, points = 1_000, more: object = {}): Promise<string> {
    const email = `${name}@example.com`;
    const body = { email, ...more };
    await this.rig.send('PUT', `${LOYALTY}/customers/${name}`, { key: this.tenant.key, body });
    if (points > 0) await this.rig.earn(this.tenant, name, points);
    return email;
  }

  redeem(rewardId: number | string, customerId: string, more: object = {}): Promise<Answer<BonifiqBody>> {
    return this.post(`POS/rewards/${rewardId}/redeem`, { CustomerId: customerId, ...more });
  }

  order(customerId: string, orderId: string, coupon: string | null, more: object = {}): Promise<Answer<BonifiqBody>> {
    return this.post('POS/orders', {
      OriginalId: orderId,
      OrderTotal: 45,
      OrderStatus: 2,
      Customer: { OriginalId: customerId },
      Coupon: coupon,
      ...more,
    });
  }

  async balance(customerId: string): Promise<[available: string, reserved: string, burned: string]> {
    const wallet = await this.rig.wallet(this.tenant, customerId);
    return [wallet.availablePoints, wallet.reservedPoints, wallet.lifetimeBurnedPoints];
  }
}
