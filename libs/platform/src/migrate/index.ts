export { deployMigrations, type DeployOptions } from './deploy-migrations.js';
export { diffSchemaAgainstMigrations } from './diff-schema.js';
export { MigrationError } from './migration-error.js';
export { newMigration } from './new-migration.js';
export { admitService, giveServiceSettings, SERVICE_ROLE } from './service-role.js';
