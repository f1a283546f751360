import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Nest's own messages through our logger. Nest calls each method with a message, then whatever the caller added, the name of the class
 * that speaks last; `error` has a stack before that name.
 */
export function createNestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => write(logger, 'info', message, rest),
    error: (message: unknown, ...rest: unknown[]) => write(logger, 'error', message, rest),
    warn: (message: unknown, ...rest: unknown[]) => write(logger, 'warn', message, rest),
    debug: (message: unknown, ...rest: unknown[]) => write(logger, 'debug', message, rest),
    verbose: (message: unknown, ...rest: unknown[]) => write(logger, 'trace', message, rest),
    fatal: (message: unknown, ...rest: unknown[]) => write(logger, 'fatal', message, rest),
  };
}

function write(logger: Logger, level: Level, message: unknown, rest: readonly unknown[]): void {
  const texts = rest.filter((value): value is string => typeof value === 'string');
  const stack = texts.find(looksLikeStack);
  const context = texts.findLast((text) => text !== stack);
  const error = [message, ...rest].find((value) => value instanceof Error);
  const fields = {
    ...(context === undefined ? {} : { context }),
    ...(error === undefined ? {} : { err: error }),
    ...(stack === undefined || error !== undefined ? {} : { stack }),
    ...(isPlainObject(message) ? { detail: message } : {}),
  };
  logger[level](fields, messageText(message));
}

function messageText(message: unknown): string {
  if (message instanceof Error) {
    return message.message;
  }
  return isPlainObject(message) ? 'A message of the framework with details.' : String(message);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}

function looksLikeStack(text: string): boolean {
  return /\n\s+at /.test(text);
}
