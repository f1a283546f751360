import { resolve } from 'node:path';
import type { KeyRing } from '../crypto/key-ring.js';
import type { SigningKey } from '../crypto/signing-key.js';
import type { Secret } from './secret.js';
import { redisUrls } from './setting.js';
import { settings, type LOG_LEVELS, type SettingName, type Settings } from './settings.js';

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Connections to PostgreSQL. */
export interface DatabaseConfig {
  readonly url: Secret | undefined;
  /** For LISTEN and migrations where `url` leads through PgBouncer in transaction mode; the same as `url` when unset. */
  readonly directUrl: Secret | undefined;
  /** For migrations by a role that owns the tables; the same as `directUrl` when unset. */
  readonly migrateUrl: Secret | undefined;
  /**
   * Whether `url` leads through a pooler in transaction mode, which is so where `directUrl` leads elsewhere. Connections of `url` then have no
   * session of their own: what a session must have is set at the role.
   */
  readonly throughPooler: boolean;
  /** Whether statements are prepared by name. False for a PgBouncer that doesn't track them. */
  readonly prepared: boolean;
  /** The greatest number of connections in one process's pool. */
  readonly poolMax: number;
}

/** The same database past any pooler: for whatever needs a session, or takes longer than a service's statements may. */
export function directDatabase<Database extends DatabaseConfig>(database: Database): Database {
  return { ...database, url: database.directUrl, throughPooler: false };
}

/** How the ledger groups commands (design: group commit). */
export interface LedgerConfig {
  readonly groupBy: 'any' | 'company';
  /** Groups that may be in the database at once; each needs a connection of the pool while it is. */
  readonly lanes: number;
  /** The most commands in one transaction. */
  readonly groupMax: number;
  /** The most commands waiting in one process; above it callers are told to come back. */
  readonly queueMax: number;
}

/** How the ledger is sealed (docs/operations.md). */
export interface CheckpointConfig {
  /** Undefined: this process seals nothing. */
  readonly key: SigningKey | undefined;
  /** How often the worker seals; 0: never. */
  readonly everySeconds: number;
  /** Where each checkpoint is handed on to: a line of this file, and a POST to this address. */
  readonly file: string | undefined;
  readonly url: Secret | undefined;
}

/** Everything the environment says, read once, frozen. Secrets in it never print. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** An absolute path. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** Where the worker's own listener answers; undefined: it has none. The API shows its metrics where it listens anyway. */
  readonly metricsPort: number | undefined;
  /** Base address of an OTLP/HTTP collector; undefined: no traces are made. */
  readonly otlpEndpoint: Secret | undefined;
  readonly database: DatabaseConfig;
  /** One address; of a cluster one or several, separated by commas. */
  readonly redisUrl: Secret | undefined;
  readonly redisCluster: boolean;
  /** First part of every key in Redis: installations that share one have different ones. */
  readonly queuePrefix: string;
  readonly adminApiKey: Secret | undefined;
  readonly encryptionKeys: KeyRing | undefined;
  readonly redeemWaitMs: number;
  readonly requestTtlSeconds: number;
  readonly reserveTtlSeconds: number;
  readonly delayedTtlSeconds: number;
  readonly outgoingAllowPrivate: boolean;
  readonly ledger: LedgerConfig;
  readonly checkpoint: CheckpointConfig;
}

/** What the API and the worker run with: whatever may be unset for `npm start`, which fills it in, is there. */
export interface ServiceConfig extends Config {
  readonly database: DatabaseConfig & Record<'url' | 'directUrl' | 'migrateUrl', Secret>;
  readonly adminApiKey: Secret;
  readonly encryptionKeys: KeyRing;
}

/** Environment variables that are wrong, all of them at once, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The settings can't be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment for the supervisor and the command line, which can do without a database address and keys.
 * @throws ConfigError
 */
export function loadConfig(env: Environment): Config {
  return toConfig(readSettings(env));
}

/**
 * Reads the environment for the API and the worker, which can't.
 * @throws ConfigError
 */
export function loadServiceConfig(env: Environment): ServiceConfig {
  const values = readSettings(env);
  const config = toConfig(values);
  const { adminApiKey, encryptionKeys, database } = config;
  const { url, directUrl, migrateUrl } = database;
  if (!adminApiKey || !encryptionKeys || !url || !directUrl || !migrateUrl) {
    const required = ['DATABASE_URL', 'ADMIN_API_KEY', 'ENCRYPTION_KEY'] satisfies SettingName[];
    throw new ConfigError(
      required.filter((name) => values[name] === undefined).map((name) => `${name}: ${UNSET[name]}`),
    );
  }
  return Object.freeze({
    ...config,
    adminApiKey,
    encryptionKeys,
    database: Object.freeze({ ...database, url, directUrl, migrateUrl }),
  });
}

const UNSET = {
  DATABASE_URL: 'is not set; give the address of a PostgreSQL database, or use `npm start`, which brings its own',
  ADMIN_API_KEY: 'is not set; make one with: openssl rand -hex 32 (`npm start` makes one by itself)',
  ENCRYPTION_KEY: 'is not set; write 1:<key>, the key from: openssl rand -base64 32 (`npm start` makes one by itself)',
};

function readSettings(env: Environment): Settings {
  const given = Object.keys(settings.shape).flatMap((name) => {
    const text = env[name]?.trim();
    return text === undefined || text === '' ? [] : [[name, text] as const];
  });
  const result = settings.safeParse(Object.fromEntries(given));
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const { LEDGER_LANES: lanes, DATABASE_POOL_MAX: poolMax } = result.data;
  const wrongRedis = redisProblem(result.data);
  if (wrongRedis !== undefined) throw new ConfigError([wrongRedis]);
  if (lanes >= poolMax) {
    throw new ConfigError([
      `LEDGER_LANES: ${lanes} lanes would take all ${poolMax} connections; set it below DATABASE_POOL_MAX, or raise that`,
    ]);
  }
  return result.data;
}

function redisProblem({ REDIS_URL, REDIS_CLUSTER }: Settings): string | undefined {
  const urls = REDIS_URL === undefined ? [] : redisUrls(REDIS_URL.reveal());
  if (urls.length > 1 && !REDIS_CLUSTER) {
    return 'REDIS_URL: several addresses are those of a Redis Cluster: set REDIS_CLUSTER=true, or give one address';
  }
  if (REDIS_CLUSTER && urls.length === 0) return 'REDIS_CLUSTER: needs REDIS_URL, with the address of a node';
  if (REDIS_CLUSTER && urls.some((url) => !['', '/', '/0'].includes(new URL(url).pathname))) {
    return 'REDIS_URL: a Redis Cluster has no numbered databases: leave the number out';
  }
  return undefined;
}

function toConfig(values: Settings): Config {
  const directUrl = values.DATABASE_DIRECT_URL ?? values.DATABASE_URL;
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    dataDir: resolve(values.DATA_DIR),
    logLevel: values.LOG_LEVEL,
    metricsPort: values.METRICS_PORT,
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    database: Object.freeze({
      url: values.DATABASE_URL,
      directUrl,
      migrateUrl: values.DATABASE_MIGRATE_URL ?? directUrl,
      throughPooler: values.DATABASE_URL !== undefined && directUrl?.reveal() !== values.DATABASE_URL.reveal(),
      prepared: values.DATABASE_PREPARED,
      poolMax: values.DATABASE_POOL_MAX,
    }),
    redisUrl: values.REDIS_URL,
    redisCluster: values.REDIS_CLUSTER,
    queuePrefix: values.QUEUE_PREFIX,
    adminApiKey: values.ADMIN_API_KEY,
    encryptionKeys: values.ENCRYPTION_KEY,
    redeemWaitMs: values.REDEEM_WAIT_MS,
    requestTtlSeconds: values.REQUEST_TTL_SECONDS,
    reserveTtlSeconds: values.RESERVE_TTL_SECONDS,
    delayedTtlSeconds: values.DELAYED_TTL_SECONDS,
    outgoingAllowPrivate: values.OUTGOING_ALLOW_PRIVATE,
    ledger: Object.freeze({
      groupBy: values.LEDGER_GROUP_BY,
      lanes: values.LEDGER_LANES,
      groupMax: values.LEDGER_GROUP_MAX,
      queueMax: values.LEDGER_QUEUE_MAX,
    }),
    checkpoint: Object.freeze({
      key: values.CHECKPOINT_KEY,
      everySeconds: values.CHECKPOINT_EVERY_SECONDS,
      file: values.CHECKPOINT_FILE,
      url: values.CHECKPOINT_URL,
    }),
  });
}
