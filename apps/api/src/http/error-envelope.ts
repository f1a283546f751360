import type { AnswerCode } from './api-error.js';

/** bitbybit's `{code, message}` with the members of RFC 9457 beside them (dialects.md §6). */
export interface ErrorBody {
  readonly code: AnswerCode;
  readonly message: string;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
}

export interface ErrorEnvelope {
  readonly error: ErrorBody;
}

export function errorEnvelope(status: number, code: AnswerCode, message: string, traceId: string): ErrorEnvelope {
  const type = `urn:holdfast:error:${code.toLowerCase().replaceAll('_', '-')}`;
  const instance = `urn:holdfast:trace:${traceId}`;
  return { error: { code, message, type, title: titleOf(code), status, detail: message, instance } };
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
