import type { Answer, ApiRig, Sent, Tenant } from './api-rig.js';
import { CATALOGUE } from './api-rig.js';

export const YOTPO = '/api/v2';

/** A redemption, an order, a refund or an error, whichever the call was about. */
export interface YotpoBody {
  readonly id: number;
  readonly reward_text: string | null;
  readonly approved: boolean;
  readonly approved_at: string | null;
  readonly status: string;
  readonly points: number;
  readonly points_redeemed: number;
  readonly points_refunded: number;
  readonly points_balance: number;
  readonly error: string;
}

export const TEN_OFF = {
  rewardName: 'Ten off',
  costToRedeem: 100,
  discountType: 'fixed_amount',
  discountValue: '10',
  expirationPreset: 'NO_EXPIRATION',
};

/** One company's calls in Yotpo's dialect. */
export class YotpoShop {
  constructor(
    readonly rig: ApiRig,
    readonly tenant: Tenant,
  ) {}

  async call(method: string, path: string, body?: unknown, sent: Sent = {}): Promise<Answer<YotpoBody>> {
    const headers = { 'x-guid': this.tenant.guid ?? '', ...sent.headers };
    const more = { key: this.tenant.key, ...sent, headers, ...(body === undefined ? {} : { body }) };
    return (await this.rig.send(method, `${YOTPO}/${path}`, more)) as Answer<YotpoBody>;
  }

  post(path: string, body: unknown, sent: Sent = {}): Promise<Answer<YotpoBody>> {
    return this.call('POST', path, body, sent);
  }

  /** An option with a number of its own. */
  async option(change: object = {}): Promise<number> {
    const body = { ...TEN_OFF, ...change };
    const answer = await this.rig.send('POST', `${CATALOGUE}/reward-options`, { key: this.tenant.key, body });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return Number((answer.body as { data: { id: string } }).data.id);
  }

  /** Makes an option another, under its number. */
  async replace(id: number, change: object = {}): Promise<void> {
    const path = `/companies/${this.tenant.id}/reward-options/${id}`;
    const answer = await this.rig.admin('PUT', path, { ...TEN_OFF, ...change });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  /** A customer with an e-mail of the same name, and points. */
  async customer(name: string, points = 1_000): Promise<string> {
    const email = `${name}@example.com`;
    await this.post('customers', { customer_id: name, customer_email: email });
    if (points > 0) await this.rig.earn(this.tenant, name, points);
    return email;
  }

  redeem(email: string, optionId: number, more: object = {}): Promise<Answer<YotpoBody>> {
    return this.post('redemptions', { customer_email: email, redemption_option_id: optionId, ...more });
  }

  order(
    email: string,
    orderId: string,
    coupons: string | readonly string[],
    more: object = {},
  ): Promise<Answer<YotpoBody>> {
    return this.post('orders', {
      customer_email: email,
      total_amount_cents: 4_500,
      currency_code: 'USD',
      order_id: orderId,
      ip_address: '203.0.113.4',
      user_agent: 'UA',
      coupon_code: coupons,
      ...more,
    });
  }

  async balance(customerId: string): Promise<[available: string, reserved: string, burned: string]> {
    const wallet = await this.rig.wallet(this.tenant, customerId);
    return [wallet.availablePoints, wallet.reservedPoints, wallet.lifetimeBurnedPoints];
  }
}
