export { EmbeddedPostgresError, systemErrorCode } from './embedded-postgres-error.js';
export {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { explainDiskFault } from './explain-disk-fault.js';
export { ensureDatabase } from './ensure-database.js';
