import type { AnswerCode } from '../../http/api-error.js';
import type { ErrorShape } from '../../http/error-shape.js';
import type { Envelope } from './envelope.js';
import { BONIFIQ } from './path.js';

/**
 * `ErrorCode` of each refusal. BonifiQ's own list ends, as far as it is published, below 100 and has none of these; the numbers are ours
 * and never change their meaning. A code without one fails to compile.
 */
const numbers: Record<AnswerCode, number> = {
  VALIDATION_ERROR: 1001,
  MISSING_API_KEY: 1002,
  INVALID_API_KEY: 1003,
  INSUFFICIENT_SCOPE: 1004,
  NOT_FOUND: 1005,
  REQUEST_TIMEOUT: 1006,
  PAYLOAD_TOO_LARGE: 1007,
  URI_TOO_LONG: 1008,
  UNSUPPORTED_MEDIA_TYPE: 1009,
  HEADERS_TOO_LARGE: 1010,
  SERVICE_UNAVAILABLE: 1011,
  INTERNAL_ERROR: 1012,
  NUMBER_OUT_OF_RANGE: 1013,
  DIALECT_IDS_USED_UP: 1014,
  CURSOR_GONE: 1015,
  NOT_SEALED: 1016,
  CUSTOMER_REQUIRED: 1101,
  CUSTOMER_NOT_FOUND: 1102,
  CUSTOMER_AMBIGUOUS: 1103,
  CUSTOMER_IDENTIFIERS_DISAGREE: 1104,
  DOCUMENT_INVALID: 1105,
  UNKNOWN_REWARD_OPTION: 1201,
  REWARD_NOT_AVAILABLE: 1202,
  NOT_ELIGIBLE: 1203,
  OUT_OF_STOCK: 1204,
  LIMIT_REACHED: 1205,
  INSUFFICIENT_POINTS: 1206,
  POINTS_REQUIRED: 1207,
  POINTS_NOT_OFFERED: 1208,
  POINTS_COST_MISMATCH: 1209,
  VALUE_NOT_ACCEPTED: 1210,
  CURRENCY_MISMATCH: 1211,
  POINTS_OUT_OF_RANGE: 1212,
  UNKNOWN_VOUCHER_PROVIDER: 1213,
  DEFAULT_PROVIDER_REQUIRED: 1214,
  VALUE_EXCEEDS_PURCHASE: 1215,
  CHECKOUT_ID_REQUIRED: 1216,
  IDEMPOTENCY_KEY_REQUIRED: 1301,
  IDEMPOTENCY_KEY_REUSED: 1302,
  REQUEST_IN_PROGRESS: 1303,
  CHANGE_KEY_USED: 1304,
  CANCEL_KEY_USED: 1305,
  REQUEST_EXPIRED: 1401,
  REDEMPTION_CANCELLED: 1402,
  VOUCHER_DECLINED: 1403,
  VOUCHER_USED: 1404,
  NOT_READY: 1405,
  VOUCHER_NOT_ISSUED: 1406,
  HOLD_EXPIRED: 1407,
  ALREADY_RELEASED: 1408,
  ALREADY_COMMITTED: 1409,
  NOT_COMMITTED: 1410,
  VOUCHER_NOT_USED: 1411,
  PROVIDER_CANNOT_VOID: 1412,
  POINTS_EXCEED_HOLD: 1413,
  POINTS_EXCEED_COMMITTED: 1414,
  FLAG_OUTCOME_NOT_APPLICABLE: 1415,
  VOUCHER_CALL_IN_FLIGHT: 1416,
  ORDER_DIFFERS: 1501,
  REFUND_DIFFERS: 1502,
  CURRENCY_DIFFERS: 1503,
  CODE_AMBIGUOUS: 1504,
  CODE_OF_ANOTHER_CUSTOMER: 1505,
  CODE_ALREADY_USED: 1506,
  CODE_DIFFERS: 1507,
};

/** The two-digit codes that are documented for refusals. */
const documented: Partial<Record<AnswerCode, string>> = { CUSTOMER_NOT_FOUND: '01', CHECKOUT_ID_REQUIRED: '02' };

export function errorOf<Result = never>(
  code: AnswerCode,
  message: string,
  Result: Result | null = null,
): Envelope<Result> {
  return {
    ErrorMessage: message,
    ErrorCode: numbers[code],
    Result,
    HasError: true,
    Code: documented[code] ?? null,
    CodeName: nameOf(code),
    Severity: 2,
    HasWarning: false,
  };
}

/** `CustomerNotFound` of `CUSTOMER_NOT_FOUND`. */
function nameOf(code: AnswerCode): string {
  return code
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

/** dialects.md §6: 400, and 401 for credentials. What passes by itself stays 503, so that whatever lies between repeats it. */
function statusOf(status: number): number {
  if (status === 401 || status >= 500) return status;
  return status === 403 ? 401 : 400;
}

export const bonifiqErrors: ErrorShape = {
  prefix: `/${BONIFIQ}/`,
  bodyOf: ({ code, message }) => errorOf(code, message),
  statusOf,
  challenge: 'Basic realm="Holdfast", charset="UTF-8"',
};
