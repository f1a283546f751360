import { z } from 'zod';
import type { Exchange } from '../outgoing/exchange.js';
import { readAnswer } from '../outgoing/read-answer.js';
import type { CancelOutcome, IssueOutcome, PlainVoucher } from '../voucher-provider.js';

const reason = z.string().min(1);

/** What a shop adds for itself is not looked at. */
const answered = z.object({ coupon_code: z.string().nullish(), error: z.unknown().optional() });
const declined = z.union([
  z.object({ error: reason }).transform(({ error }) => error),
  z.object({ message: reason }).transform(({ message }) => message),
  z.object({ reason }).transform(({ reason: why }) => why),
]);

const unknown = { kind: 'unknown' } as const;
const GOOD: readonly number[] = [200, 201, 204];

/**
 * *Create Coupons*. What the shop answers is not published, so only what can't be misread counts: 200, 201 or 204 with nothing or with a
 * JSON object that neither names another code nor an `error` is a coupon; so is 409 that names this very code, which is there already;
 * 422 with an `error`, `message` or `reason` is a refusal. A page of HTML with status 200 is no coupon.
 */
export function createOutcome(exchange: Exchange, voucher: PlainVoucher): IssueOutcome {
  if (exchange.kind === 'not_sent') return { kind: 'not_sent' };
  if (exchange.kind === 'lost') return unknown;
  if (agrees(exchange, voucher.code) || isThereAlready(exchange, voucher.code)) return { kind: 'issued', voucher };
  const refusal = exchange.status === 422 ? readAnswer(declined, exchange.body) : undefined;
  return refusal === undefined ? unknown : { kind: 'declined', reason: refusal };
}

/** *Cancel Coupons*: the code is not valid, and never will be, even if the shop had never heard of it; 409: it was used. */
export function cancelledOutcome(exchange: Exchange, code: string): CancelOutcome {
  if (exchange.kind !== 'answered') return unknown;
  if (exchange.status === 409) return { kind: 'used' };
  return agrees(exchange, code) ? { kind: 'void' } : unknown;
}

type Answered = Exchange & { readonly kind: 'answered' };

function agrees({ status, body }: Answered, code: string): boolean {
  if (!GOOD.includes(status)) return false;
  if (body.length === 0) return true;
  const answer = readAnswer(answered, body);
  if (answer === undefined || (answer.error ?? false) !== false) return false;
  return (answer.coupon_code ?? code) === code;
}

function isThereAlready({ status, body }: Answered, code: string): boolean {
  return status === 409 && readAnswer(answered, body)?.coupon_code === code;
}
