import { z } from 'zod';
import type { Instant } from '#domain';
import { parseRfc3339 } from '#platform';
import type { Exchange } from '../outgoing/exchange.js';
import { readAnswer } from '../outgoing/read-answer.js';
import { EXTERNAL_ID, VOUCHER_CODE } from '../voucher-text.js';
import type { CancelOutcome, FindOutcome, IssueOutcome, PlainVoucher } from '../voucher-provider.js';

/** The last moment the ledger can write; "for ever" is often the end of the year 9999. */
const LATEST = Number.MAX_SAFE_INTEGER;

const expiresAt = z.string().transform((text, context): Instant | undefined => {
  const at = parseRfc3339(text);
  if (at !== undefined) return at > LATEST ? undefined : at;
  context.addIssue({ code: 'custom', message: 'no RFC 3339 time' });
  return z.NEVER;
});

const voucherFields = {
  code: z.string().regex(VOUCHER_CODE),
  externalId: z.string().regex(EXTERNAL_ID).nullish(),
  expiresAt: expiresAt.nullish(),
};

/** What a provider adds for itself is not looked at. */
const issued = z.object(voucherFields);
const declined = z.object({ reason: z.string().min(1) });
const found = z.object({ status: z.enum(['active', 'cancelled', 'used']).nullish() });

const unknown = { kind: 'unknown' } as const;

/** `POST /vouchers`: 200 and 201 bring a voucher, 422 a refusal; 409 means that another request with this key is in progress. */
export function issueOutcome(exchange: Exchange): IssueOutcome {
  if (exchange.kind === 'not_sent') return { kind: 'not_sent' };
  if (exchange.kind === 'lost') return unknown;
  if (exchange.status === 200 || exchange.status === 201) {
    const answer = readAnswer(issued, exchange.body);
    return answer === undefined ? unknown : { kind: 'issued', voucher: toVoucher(answer) };
  }
  const refusal = exchange.status === 422 ? readAnswer(declined, exchange.body) : undefined;
  return refusal === undefined ? unknown : { kind: 'declined', reason: refusal.reason };
}

/** `GET /vouchers/{key}`: 404 is "not so far"; a status that is absent means active. */
export function findOutcome(exchange: Exchange): FindOutcome {
  if (exchange.kind !== 'answered') return unknown;
  if (exchange.status === 404) return { kind: 'not_found' };
  const answer = exchange.status === 200 ? readAnswer(found, exchange.body) : undefined;
  if (answer === undefined) return unknown;
  // A cancelled voucher needs no code any more, and may have had none: the key was cancelled before it was seen.
  if (answer.status === 'cancelled') return { kind: 'cancelled' };
  const voucher = readAnswer(issued, exchange.body);
  if (voucher === undefined) return unknown;
  return { kind: answer.status === 'used' ? 'used' : 'issued', voucher: toVoucher(voucher) };
}

/** `POST /vouchers/{key}/cancel`: 200 and 204 say that it is not and never will be valid; 409 that it was used. */
export function cancelOutcome(exchange: Exchange): CancelOutcome {
  if (exchange.kind !== 'answered') return unknown;
  if (exchange.status === 200 || exchange.status === 204) return { kind: 'void' };
  return exchange.status === 409 ? { kind: 'used' } : unknown;
}

function toVoucher({ code, externalId, expiresAt: ends }: z.output<typeof issued>): PlainVoucher {
  return { code, externalId: externalId ?? undefined, expiresAt: ends ?? undefined };
}
