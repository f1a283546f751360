export { deployMigrations } from './deploy-migrations.js';
export { diffSchemaAgainstMigrations } from './diff-schema.js';
export { MigrationError } from './migration-error.js';
export { newMigration } from './new-migration.js';
