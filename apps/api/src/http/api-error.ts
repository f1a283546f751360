import type { DomainErrorCode } from '#domain';
import type { LedgerErrorCode, OrderErrorCode } from '#ledger';

/** Why the HTTP edge refuses, before or after the ledger has spoken. */
export type ApiErrorCode =
  | 'VALIDATION_ERROR'
  | 'MISSING_API_KEY'
  | 'INVALID_API_KEY'
  | 'INSUFFICIENT_SCOPE'
  | 'NOT_FOUND'
  | 'CURSOR_GONE'
  | 'NOT_SEALED'
  | 'REQUEST_TIMEOUT'
  | 'PAYLOAD_TOO_LARGE'
  | 'URI_TOO_LONG'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'HEADERS_TOO_LARGE'
  | 'IDEMPOTENCY_KEY_REQUIRED'
  | 'CUSTOMER_REQUIRED'
  | 'CUSTOMER_NOT_FOUND'
  | 'DOCUMENT_INVALID'
  | 'CUSTOMER_IDENTIFIERS_DISAGREE'
  | 'CUSTOMER_AMBIGUOUS'
  | 'NUMBER_OUT_OF_RANGE'
  | 'DIALECT_IDS_USED_UP'
  | 'CODE_DIFFERS'
  | 'CHECKOUT_ID_REQUIRED'
  | 'VALUE_EXCEEDS_PURCHASE'
  | 'CHANGE_KEY_USED'
  | 'CANCEL_KEY_USED'
  | 'REQUEST_IN_PROGRESS'
  | 'UNKNOWN_VOUCHER_PROVIDER'
  | 'UNKNOWN_REWARD_OPTION'
  | 'DEFAULT_PROVIDER_REQUIRED'
  | 'NOT_ELIGIBLE'
  | 'OUT_OF_STOCK'
  | 'LIMIT_REACHED'
  | 'REWARD_NOT_AVAILABLE'
  | 'REQUEST_EXPIRED'
  | 'REDEMPTION_CANCELLED'
  | 'VOUCHER_DECLINED'
  | 'VOUCHER_USED'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_ERROR';

/** Every code a caller may read at `error.code`. */
export type AnswerCode =
  | ApiErrorCode
  | Exclude<DomainErrorCode, 'REDEMPTION_NOT_FOUND'>
  | Exclude<OrderErrorCode, 'ORDER_NOT_FOUND'>
  | 'IDEMPOTENCY_KEY_REUSED';

const statuses: Record<ApiErrorCode, number> = {
  VALIDATION_ERROR: 400,
  MISSING_API_KEY: 401,
  INVALID_API_KEY: 401,
  INSUFFICIENT_SCOPE: 403,
  NOT_FOUND: 404,
  CURSOR_GONE: 410,
  NOT_SEALED: 409,
  REQUEST_TIMEOUT: 408,
  PAYLOAD_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  HEADERS_TOO_LARGE: 431,
  IDEMPOTENCY_KEY_REQUIRED: 400,
  CUSTOMER_REQUIRED: 422,
  CUSTOMER_NOT_FOUND: 404,
  DOCUMENT_INVALID: 422,
  CUSTOMER_IDENTIFIERS_DISAGREE: 422,
  CUSTOMER_AMBIGUOUS: 422,
  NUMBER_OUT_OF_RANGE: 422,
  DIALECT_IDS_USED_UP: 422,
  CODE_DIFFERS: 422,
  CHECKOUT_ID_REQUIRED: 422,
  VALUE_EXCEEDS_PURCHASE: 422,
  CHANGE_KEY_USED: 409,
  CANCEL_KEY_USED: 409,
  REQUEST_IN_PROGRESS: 409,
  UNKNOWN_VOUCHER_PROVIDER: 422,
  UNKNOWN_REWARD_OPTION: 422,
  DEFAULT_PROVIDER_REQUIRED: 422,
  NOT_ELIGIBLE: 422,
  OUT_OF_STOCK: 422,
  LIMIT_REACHED: 422,
  REWARD_NOT_AVAILABLE: 422,
  REQUEST_EXPIRED: 422,
  REDEMPTION_CANCELLED: 422,
  VOUCHER_DECLINED: 422,
  VOUCHER_USED: 409,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_ERROR: 500,
};

/** The one answer for whatever a caller may not see: absent, or another company's. Both must read the same. */
export const NOTHING_HERE = 'There is nothing here.';

/** A request that the HTTP edge refuses. The message tells the caller what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
    this.status = statuses[code];
  }
}

export function notFound(): ApiError {
  return new ApiError('NOT_FOUND', NOTHING_HERE);
}

export function invalid(message: string): ApiError {
  return new ApiError('VALIDATION_ERROR', message);
}

interface Answer {
  readonly status: number;
  readonly code: AnswerCode;
}

/** design §6: the matrix of §4 answers 409, what the balance or an amount forbids 422. A missing code fails to compile. */
export const domainAnswers: Record<DomainErrorCode, Answer> = {
  REDEMPTION_NOT_FOUND: { status: 404, code: 'NOT_FOUND' },
  NOT_READY: { status: 409, code: 'NOT_READY' },
  VOUCHER_NOT_ISSUED: { status: 409, code: 'VOUCHER_NOT_ISSUED' },
  HOLD_EXPIRED: { status: 409, code: 'HOLD_EXPIRED' },
  ALREADY_RELEASED: { status: 409, code: 'ALREADY_RELEASED' },
  ALREADY_COMMITTED: { status: 409, code: 'ALREADY_COMMITTED' },
  CODE_ALREADY_USED: { status: 409, code: 'CODE_ALREADY_USED' },
  NOT_COMMITTED: { status: 409, code: 'NOT_COMMITTED' },
  VOUCHER_NOT_USED: { status: 409, code: 'VOUCHER_NOT_USED' },
  PROVIDER_CANNOT_VOID: { status: 409, code: 'PROVIDER_CANNOT_VOID' },
  POINTS_EXCEED_HOLD: { status: 422, code: 'POINTS_EXCEED_HOLD' },
  POINTS_EXCEED_COMMITTED: { status: 422, code: 'POINTS_EXCEED_COMMITTED' },
  POINTS_OUT_OF_RANGE: { status: 422, code: 'POINTS_OUT_OF_RANGE' },
  INSUFFICIENT_POINTS: { status: 422, code: 'INSUFFICIENT_POINTS' },
  FLAG_OUTCOME_NOT_APPLICABLE: { status: 409, code: 'FLAG_OUTCOME_NOT_APPLICABLE' },
  VOUCHER_CALL_IN_FLIGHT: { status: 409, code: 'VOUCHER_CALL_IN_FLIGHT' },
  POINTS_COST_MISMATCH: { status: 422, code: 'POINTS_COST_MISMATCH' },
  POINTS_REQUIRED: { status: 422, code: 'POINTS_REQUIRED' },
  POINTS_NOT_OFFERED: { status: 422, code: 'POINTS_NOT_OFFERED' },
  VALUE_NOT_ACCEPTED: { status: 422, code: 'VALUE_NOT_ACCEPTED' },
  CURRENCY_MISMATCH: { status: 422, code: 'CURRENCY_MISMATCH' },
};

export const ledgerAnswers: Record<LedgerErrorCode, Answer> = {
  WALLET_NOT_FOUND: { status: 404, code: 'NOT_FOUND' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, code: 'IDEMPOTENCY_KEY_REUSED' },
  LEDGER_OVERLOADED: { status: 503, code: 'SERVICE_UNAVAILABLE' },
  LEDGER_UNAVAILABLE: { status: 503, code: 'SERVICE_UNAVAILABLE' },
  COMMAND_ABANDONED: { status: 503, code: 'SERVICE_UNAVAILABLE' },
};

export const orderAnswers: Record<OrderErrorCode, Answer> = {
  ORDER_NOT_FOUND: { status: 404, code: 'NOT_FOUND' },
  ORDER_DIFFERS: { status: 422, code: 'ORDER_DIFFERS' },
  REFUND_DIFFERS: { status: 422, code: 'REFUND_DIFFERS' },
  CURRENCY_DIFFERS: { status: 422, code: 'CURRENCY_DIFFERS' },
  CODE_AMBIGUOUS: { status: 409, code: 'CODE_AMBIGUOUS' },
  CODE_OF_ANOTHER_CUSTOMER: { status: 422, code: 'CODE_OF_ANOTHER_CUSTOMER' },
};
