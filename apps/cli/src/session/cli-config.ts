import {
  KeyRing,
  findCheckpointKey,
  findEncryptionKey,
  loadConfig,
  Secret,
  SigningKey,
  type Config,
  type DatabaseConfig,
} from '#platform';
import { findEmbeddedPostgres } from '#platform/embedded-postgres';
import { CliFailure } from '../failure/cli-failure.js';

export type FoundDatabase = DatabaseConfig & Record<'url' | 'directUrl' | 'migrateUrl', Secret>;

/** What the environment says. @throws ConfigError */
export function readConfig(): Config {
  return loadConfig(process.env);
}

/** The database at DATABASE_URL; without it, the embedded one that runs under DATA_DIR. @throws CliFailure when there is none */
export async function findDatabase({ database, dataDir }: Config): Promise<FoundDatabase> {
  const embedded = database.url === undefined ? await findEmbeddedPostgres(dataDir) : undefined;
  const url = database.url ?? (embedded && new Secret(embedded.serviceUrl));
  if (url === undefined) {
    throw new CliFailure(
      `DATABASE_URL is not set, and no embedded database runs under ${dataDir}: start it with "npm start", or set DATABASE_URL.`,
    );
  }
  const directUrl = database.directUrl ?? url;
  const ownerUrl = embedded && new Secret(embedded.ownerUrl);
  return { ...database, url, directUrl, migrateUrl: database.migrateUrl ?? ownerUrl ?? directUrl };
}

/** The keys of ENCRYPTION_KEY, else those that `npm start` keeps under DATA_DIR. @throws CliFailure when there are none */
export async function findEncryptionKeys({ encryptionKeys, dataDir }: Config): Promise<KeyRing> {
  if (encryptionKeys !== undefined) return encryptionKeys;
  const kept = await findEncryptionKey(dataDir);
  if (kept !== undefined) return KeyRing.parse(kept.reveal());
  throw new CliFailure(
    `ENCRYPTION_KEY is not set, and ${dataDir} holds none: set it, or DATA_DIR, to what the API and the worker run with.`,
  );
}

/** The key of CHECKPOINT_KEY, else the one that `npm start` keeps under DATA_DIR; undefined where there is neither. */
export async function findSigningKey({ checkpoint, dataDir }: Config): Promise<SigningKey | undefined> {
  if (checkpoint.key !== undefined) return checkpoint.key;
  const kept = await findCheckpointKey(dataDir);
  return kept === undefined ? undefined : SigningKey.parse(kept.reveal());
}
