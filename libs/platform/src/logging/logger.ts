import { pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { redactFields, scrubLine } from './redaction.js';

/**
 * Log lines are JSON, one a line, on standard output. Besides pino's own fields (`level` as a word, `time`, `msg`, `err`) these
 * names are used everywhere, so that one search finds a redemption's whole way through both processes:
 *
 * - `app`: `api`, `worker`, `cli`;
 * - `traceId`: the request's trace, handed on in every event and job it causes;
 * - `redemptionId`, `walletId`, `companyId`, `commandId`: what the line is about;
 * - `durationMs`: how long it took.
 *
 * A customer's own id, e-mail or phone, and a voucher's code never stand in a line.
 */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Which program is speaking. */
  readonly app: string;
  /** The least level that is written; `silent` writes nothing. */
  readonly level: string;
  /** Where lines go instead of standard output. */
  readonly destination?: DestinationStream;
}

export function createLogger(options: LoggerOptions): Logger {
  const pinoOptions = {
    level: options.level,
    base: { app: options.app, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redactFields },
    // Errors are made plain where they are redacted; pino's own serialiser would read them a second time.
    serializers: { err: (error: unknown) => error },
    hooks: { streamWrite: scrubLine },
  };
  return options.destination === undefined ? pino(pinoOptions) : pino(pinoOptions, options.destination);
}
