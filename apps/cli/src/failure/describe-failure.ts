import { DomainError } from '#domain';
import { HandOnError, LedgerError, RebuildError, SpillError, type LedgerErrorCode } from '#ledger';
import { ConfigError, SealBrokenError, SecretFileError, StartRefusedError } from '#platform';
import { EmbeddedPostgresError } from '#platform/embedded-postgres';
import { MigrationError } from '#platform/migrate';
import { CliFailure } from './cli-failure.js';

/** Errors whose message is all that a person needs. */
const PLAIN = [
  CliFailure,
  ConfigError,
  EmbeddedPostgresError,
  HandOnError,
  MigrationError,
  RebuildError,
  SecretFileError,
  SpillError,
  StartRefusedError,
];

/** The ledger's own words are for callers over HTTP; at a terminal there is no key to repeat with. */
const ledgerWords: Partial<Record<LedgerErrorCode, string>> = {
  LEDGER_UNAVAILABLE:
    'The database went away, and whether the change was written is not known. Look with "redemptions show" before you repeat it.',
};

/** What is printed of an error: one line where a person can mend it, all there is to know of any other. */
export function describeFailure(error: unknown): unknown {
  if (PLAIN.some((kind) => error instanceof kind)) return line((error as Error).message);
  if (error instanceof DomainError) return line(`${error.message} (${error.code})`);
  if (error instanceof LedgerError) return line(ledgerWords[error.code] ?? error.message);
  if (error instanceof SealBrokenError) {
    return line(`${error.message} Set ENCRYPTION_KEY, or DATA_DIR, to what the API and the worker run with.`);
  }
  return error;
}

function line(message: string): string {
  return `holdfast: ${message}`;
}
