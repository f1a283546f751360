export { EmbeddedPostgresError, systemErrorCode } from './embedded-postgres-error.js';
export {
  findEmbeddedPostgres,
  openServiceLogin,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type FoundPostgres,
} from './embedded-postgres.js';
export { explainDiskFault } from './explain-disk-fault.js';
export { ensureDatabase } from './ensure-database.js';
