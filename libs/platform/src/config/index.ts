export {
  ConfigError,
  loadConfig,
  loadServiceConfig,
  type Config,
  type DatabaseConfig,
  type Environment,
  type LedgerConfig,
  type LogLevel,
  type ServiceConfig,
} from './config.js';
export {
  ensureSecrets,
  findEncryptionKey,
  SecretFileError,
  type EnsuredSecrets,
  type SecretName,
} from './ensure-secrets.js';
export { Secret } from './secret.js';
export { LOG_LEVELS } from './settings.js';
