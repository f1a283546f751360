import { z } from 'zod';
import type { Answer } from './call-answer.js';
import type { CallName } from './call-modes.js';
import type { CodeState, SoldVoucher } from './voucher-desk.js';

/** A request as a contract reads it; a number is the status for one that is none of its calls. */
export type Asked =
  | {
      readonly call: CallName;
      readonly key: string;
      /** Of contracts in which the caller makes the code. */
      readonly code?: string;
    }
  | 404
  | 405;

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a simulated provider speaks: its requests, to the letter, and its answers. */
export interface Contract {
  /** Undefined where it is a call of the contract that doesn't say what the contract wants of it. */
  read(request: Request): Asked | undefined;
  issued(voucher: SoldVoucher, isNew: boolean): Answer;
  declined(reason: string): Answer;
  cancelled(outcome: 'void' | 'used'): Answer;
}

/** The contract's request: what doesn't fit is answered with 400, and a test that sends it fails. */
const issueRequest = z.strictObject({
  redemptionId: z.uuid(),
  companyId: z.int(),
  customerId: z.string().min(1),
  rewardOptionId: z.string().min(1),
  rewardName: z.string(),
  points: z.string().regex(/^\d+$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
  expiresAt: z.iso.datetime().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

const CALL_PATH = /^\/vouchers(?:\/([^/]+)(\/cancel)?)?$/;

/** The engine's own `http` contract. */
export const httpContract: Contract = {
  read: ({ method, path, headers, body }) => {
    const [matched, inPath, isCancel] = CALL_PATH.exec(path) ?? [];
    const named = headers['idempotency-key'];
    const key = inPath === undefined ? named : decodeURIComponent(inPath);
    if (matched === undefined || key === undefined || named !== key) return 404;
    if (method === 'POST' && inPath === undefined) {
      return issueRequest.safeParse(body).success ? { call: 'issue', key } : undefined;
    }
    if (method === 'GET' && inPath !== undefined && isCancel === undefined) return { call: 'find', key };
    return method === 'POST' && isCancel !== undefined ? { call: 'cancel', key } : 405;
  },
  issued: ({ code, externalId }, isNew) => ({ status: isNew ? 201 : 200, body: { code, externalId } }),
  declined: (reason) => ({ status: 422, body: { reason } }),
  cancelled: (outcome) => (outcome === 'used' ? { status: 409, body: { error: 'used' } } : { status: 204 }),
};

export function foundAnswer(state: CodeState, voucher: SoldVoucher | undefined): Answer {
  const { code, externalId } = voucher ?? {};
  return { status: 200, body: { code, externalId, status: state === 'valid' ? 'active' : state } };
}

/** What the shop of Yotpo's callbacks in these tests knows its caller by. */
export const API_SECRET = 'canary-of-the-shop';

const createRequest = z.strictObject({
  coupon_code: z.string().min(1),
  discount_amount: z.number().positive(),
  discount_amount_cents: z.int().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  customer_email: z.string().optional(),
  expires_at: z.iso.datetime().optional(),
  secret: z.literal(API_SECRET),
});
const cancelRequest = z.strictObject({ coupon_code: z.string().min(1), secret: z.literal(API_SECRET) });

/**
 * A shop with Yotpo's *Create Coupons* and *Cancel Coupons* addresses: `/coupons/create` and `/coupons/cancel`. It knows a coupon by its code
 * and by nothing else, so that an attempt under another code would be another coupon.
 */
export const callbackContract: Contract = {
  read: ({ method, path, headers, body }) => {
    if (headers['x-api-secret'] !== API_SECRET) return 404;
    if (method !== 'POST') return 405;
    if (path === '/coupons/cancel') {
      const { data } = cancelRequest.safeParse(body);
      return data === undefined ? undefined : { call: 'cancel', key: data.coupon_code };
    }
    if (path !== '/coupons/create') return 404;
    const { data } = createRequest.safeParse(body);
    const isMoney = data?.discount_amount_cents === Math.round((data?.discount_amount ?? 0) * 100);
    return data === undefined || !isMoney
      ? undefined
      : { call: 'issue', key: data.coupon_code, code: data.coupon_code };
  },
  issued: ({ code }, isNew) => ({ status: isNew ? 201 : 200, body: { coupon_code: code } }),
  declined: (error) => ({ status: 422, body: { error } }),
  cancelled: (outcome) => (outcome === 'used' ? { status: 409, body: { error: 'used' } } : { status: 200 }),
};
