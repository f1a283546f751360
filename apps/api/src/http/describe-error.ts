import { HttpException } from '@nestjs/common';
import { DomainError } from '#domain';
import { LedgerError, OrderError } from '#ledger';
import { isDatabaseTrouble } from '#platform';
import {
  ApiError,
  domainAnswers,
  ledgerAnswers,
  orderAnswers,
  NOTHING_HERE,
  type AnswerCode,
  type ApiErrorCode,
} from './api-error.js';

/** An error as it is told to the caller. */
export interface DescribedError {
  readonly status: number;
  readonly code: AnswerCode;
  readonly message: string;
  /** Seconds, for errors that pass by themselves. */
  readonly retryAfterSeconds?: number;
  /** A bug or an outage of ours: worth a line in the log. */
  readonly ours?: true;
}

const RETRY_AFTER_SECONDS = 1;
const UNAVAILABLE = 'The database cannot be reached. Repeat the request with the same idempotency key.';
const BROKEN =
  'Something went wrong on our side. Repeat the request with the same idempotency key, or report its x-trace-id.';

/** What the framework refuses before one of our handlers is reached, by status. */
const frameworkAnswers: Readonly<Record<number, readonly [ApiErrorCode, string]>> = {
  400: ['VALIDATION_ERROR', 'The request is not well-formed HTTP: check its address, headers and body.'],
  404: ['NOT_FOUND', NOTHING_HERE],
  408: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is larger than 1 MB.'],
  414: ['URI_TOO_LONG', 'A part of the address is too long. Ids have at most 255 characters.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'],
  431: ['HEADERS_TOO_LARGE', 'The headers are too large.'],
};

export function describeError(error: unknown): DescribedError {
  if (error instanceof ApiError) return { status: error.status, code: error.code, message: error.message };
  if (error instanceof DomainError) return { ...domainAnswers[error.code], message: messageOfDomain(error) };
  if (error instanceof OrderError) return { ...orderAnswers[error.code], message: error.message };
  if (error instanceof LedgerError) return describeLedgerError(error);
  const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
  if (status !== undefined && status < 500) return describeFrameworkStatus(status);
  if (isDatabaseTrouble(error)) {
    const retryAfterSeconds = RETRY_AFTER_SECONDS;
    return { status: 503, code: 'SERVICE_UNAVAILABLE', message: UNAVAILABLE, retryAfterSeconds, ours: true };
  }
  return { status: 500, code: 'INTERNAL_ERROR', message: BROKEN, ours: true };
}

export function describeFrameworkStatus(status: number): DescribedError {
  const [code, message] = frameworkAnswers[status] ?? ['VALIDATION_ERROR', 'The request cannot be understood.'];
  return { status, code, message };
}

function messageOfDomain(error: DomainError): string {
  return error.code === 'REDEMPTION_NOT_FOUND' ? NOTHING_HERE : error.message;
}

function describeLedgerError(error: LedgerError): DescribedError {
  const answer = ledgerAnswers[error.code];
  if (answer.status === 404) return { ...answer, message: NOTHING_HERE };
  if (answer.status !== 503) return { ...answer, message: error.message };
  const retryAfterSeconds = Math.max(RETRY_AFTER_SECONDS, Math.ceil((error.retryAfterMs ?? 0) / 1_000));
  const described = { ...answer, message: error.message, retryAfterSeconds };
  return error.code === 'LEDGER_UNAVAILABLE' ? { ...described, ours: true } : described;
}

/** Fastify's errors carry their status; ours never do. */
function statusCodeOf(error: unknown): number | undefined {
  const carries = typeof error === 'object' && error !== null && 'statusCode' in error;
  return carries && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
