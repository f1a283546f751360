export {
  ConfigError,
  directDatabase,
  loadConfig,
  loadServiceConfig,
  type CheckpointConfig,
  type Config,
  type DatabaseConfig,
  type Environment,
  type LedgerConfig,
  type LogLevel,
  type ServiceConfig,
} from './config.js';
export {
  ensureSecrets,
  findCheckpointKey,
  findEncryptionKey,
  SecretFileError,
  type EnsuredSecrets,
  type SecretName,
} from './ensure-secrets.js';
export { Secret } from './secret.js';
export { LOG_LEVELS } from './settings.js';
