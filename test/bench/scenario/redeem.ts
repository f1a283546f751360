import { randomInt, randomUUID } from 'node:crypto';

import type { Send } from '../load/http-connection.js';
import { customerName, CUSTOMERS, POINTS_COST, type Attempt, type SettledAnswer, type Target } from './scenario.js';

interface RedeemAnswer {
  readonly data: { readonly redemption: { readonly id: string; readonly voucherCode: string | null } };
}

/** A customer drawn at random, and the key of its company. */
export interface Drawn {
  readonly customerId: string;
  readonly apiKey: string;
}

export interface RedeemRequest extends Drawn {
  readonly idempotencyKey: string;
  /** Unset: one that is in nobody's catalogue. */
  readonly rewardOptionId?: string;
  /** More members of the body, each with a comma before it. */
  readonly more?: string;
  readonly prefer?: string;
}

export interface Redeemed {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Of an answer of 200 or 202. */
  readonly answer: SettledAnswer | undefined;
}

export function drawCustomer({ apiKeys, wallets }: Target): Drawn {
  const index = randomInt(wallets);
  return { customerId: customerName(index), apiKey: apiKeys[index % apiKeys.length] as string };
}

/** One call to redeem. 200: the voucher is there. 202: it is accepted. */
export async function redeem(send: Send, request: RedeemRequest): Promise<Redeemed> {
  const { customerId, apiKey, idempotencyKey, rewardOptionId = 'ten-off', more = '', prefer } = request;
  const { status, body, retryAfter } = await send({
    method: 'POST',
    path: `${CUSTOMERS}/${customerId}/redeem`,
    headers: {
      'x-api-key': apiKey,
      'content-type': 'application/json',
      ...(prefer === undefined ? {} : { prefer }),
    },
    body: `{"rewardOptionId":"${rewardOptionId}","rewardName":"Ten off","pointsCost":${POINTS_COST},"idempotencyKey":"${idempotencyKey}"${more}}`,
  });
  if (status !== 200 && status !== 202) return { status, retryAfter, answer: undefined };
  const { id, voucherCode } = (JSON.parse(body.toString()) as RedeemAnswer).data.redemption;
  const answer = { redemptionId: id, customerId };
  return { status, retryAfter, answer: status === 202 ? answer : { ...answer, voucherCode: voucherCode ?? '' } };
}

/** One redemption of a customer drawn at random, with a key of its own. What counts is what the API answers with 200: a voucher. */
export async function redeemOnce(send: Send, target: Target): Promise<Attempt> {
  const redeemed = await redeem(send, { ...drawCustomer(target), idempotencyKey: randomUUID() });
  return { ...redeemed, counts: redeemed.status === 200 };
}
