import { z } from 'zod';
import {
  adminKey,
  encryptionKeys,
  flag,
  namePrefix,
  oneOf,
  optionalText,
  plainText,
  portOrOff,
  redisAddress,
  serverUrl,
  signingKey,
  wholeNumber,
} from './setting.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const POSTGRES = ['postgres:', 'postgresql:'];
const POSTGRES_EXAMPLE = 'postgresql://user:password@host:5432/database';
const HTTP = ['http:', 'https:'];
const YEAR_SECONDS = 366 * 24 * 3600;

/** Every environment variable Holdfast reads, with its default. README.md has the same list in words. */
export const settings = z.object({
  PORT: wholeNumber({ min: 0, max: 65_535, unset: 3000 }),
  HOST: plainText('127.0.0.1'),
  DATA_DIR: plainText('.data'),
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
  METRICS_PORT: portOrOff(),
  OTEL_EXPORTER_OTLP_ENDPOINT: serverUrl(HTTP, 'http://collector:4318'),

  DATABASE_URL: serverUrl(POSTGRES, POSTGRES_EXAMPLE),
  DATABASE_DIRECT_URL: serverUrl(POSTGRES, POSTGRES_EXAMPLE),
  DATABASE_MIGRATE_URL: serverUrl(POSTGRES, POSTGRES_EXAMPLE),
  DATABASE_PREPARED: flag(true),
  DATABASE_POOL_MAX: wholeNumber({ min: 2, max: 1000, unset: 10 }),
  REDIS_URL: redisAddress(),
  REDIS_CLUSTER: flag(false),
  QUEUE_PREFIX: namePrefix('holdfast'),

  ADMIN_API_KEY: adminKey(),
  ENCRYPTION_KEY: encryptionKeys(),

  REDEEM_WAIT_MS: wholeNumber({ min: 0, max: 120_000, unset: 10_000 }),
  REQUEST_TTL_SECONDS: wholeNumber({ min: 1, max: YEAR_SECONDS, unset: 900 }),
  RESERVE_TTL_SECONDS: wholeNumber({ min: 1, max: YEAR_SECONDS, unset: 900 }),
  DELAYED_TTL_SECONDS: wholeNumber({ min: 1, max: 10 * YEAR_SECONDS, unset: 604_800 }),
  OUTGOING_ALLOW_PRIVATE: flag(false),

  CHECKPOINT_KEY: signingKey(),
  CHECKPOINT_EVERY_SECONDS: wholeNumber({ min: 0, max: YEAR_SECONDS, unset: 3600 }),
  CHECKPOINT_FILE: optionalText(),
  CHECKPOINT_URL: serverUrl(HTTP, 'https://archive.example/checkpoints'),

  LEDGER_GROUP_BY: oneOf(['any', 'company'], 'any'),
  LEDGER_LANES: wholeNumber({ min: 1, max: 64, unset: 1 }),
  LEDGER_GROUP_MAX: wholeNumber({ min: 1, max: 5000, unset: 300 }),
  LEDGER_QUEUE_MAX: wholeNumber({ min: 1, max: 1_000_000, unset: 5000 }),
});

export type Settings = z.output<typeof settings>;
export type SettingName = keyof Settings;
