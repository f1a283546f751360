import { EmbeddedPostgresError, systemErrorCode } from './embedded-postgres-error.js';

/** Faults of the disk are the person's to mend, so they get a line that says how; all other errors pass as they are. */
export function explainDiskFault(error: unknown, dataDir: string): unknown {
  switch (systemErrorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new EmbeddedPostgresError(`No disk space is left under ${dataDir}: free some, or set another DATA_DIR.`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EmbeddedPostgresError(
        `${dataDir} can't be written by this user: change its owner, or set another DATA_DIR.`,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new EmbeddedPostgresError(`${dataDir} is not a folder: set another DATA_DIR.`);
    default:
      return error;
  }
}
