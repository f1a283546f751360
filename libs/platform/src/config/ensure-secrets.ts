import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { generateAdminKey } from '../api-key/admin-key.js';
import { KeyRing, KeyRingError } from '../crypto/key-ring.js';
import { SigningKey, SigningKeyError } from '../crypto/signing-key.js';
import type { Environment } from './config.js';
import { Secret } from './secret.js';

export type SecretName = 'ADMIN_API_KEY' | 'ENCRYPTION_KEY' | 'CHECKPOINT_KEY';

export interface EnsuredSecrets {
  readonly adminApiKey: Secret;
  /** The text of `ENCRYPTION_KEY`, ready for a child's environment. */
  readonly encryptionKey: Secret;
  /** The text of `CHECKPOINT_KEY`. */
  readonly checkpointKey: Secret;
  /** Which were made just now: the admin key is shown to the user that once. */
  readonly made: readonly SecretName[];
}

/** A kept secret that can't be used. The message says where it lies and what to do. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';
}

const FILES: Readonly<Record<SecretName, string>> = {
  ADMIN_API_KEY: 'admin-api-key',
  ENCRYPTION_KEY: 'encryption-key',
  CHECKPOINT_KEY: 'checkpoint-key',
};

/**
 * The admin key, the encryption keys and the checkpoints' key of a start without settings: taken from `env`, else from files in `dataDir` that only their
 * owner may read, else made and kept there. Two first starts at once end with the same secrets.
 * @throws SecretFileError
 */
export async function ensureSecrets(dataDir: string, env: Environment = {}): Promise<EnsuredSecrets> {
  await mkdir(dataDir, { recursive: true });
  const admin = await ensureSecret(dataDir, 'ADMIN_API_KEY', env, generateAdminKey, isAdminKey);
  const encryption = await ensureSecret(dataDir, 'ENCRYPTION_KEY', env, generateEncryptionKey, isKeyRing);
  const checkpoint = await ensureSecret(dataDir, 'CHECKPOINT_KEY', env, generateSigningKey, isSigningKey);
  const made = [
    ...(admin.made ? ['ADMIN_API_KEY' as const] : []),
    ...(encryption.made ? ['ENCRYPTION_KEY' as const] : []),
    ...(checkpoint.made ? ['CHECKPOINT_KEY' as const] : []),
  ];
  return {
    adminApiKey: new Secret(admin.text),
    encryptionKey: new Secret(encryption.text),
    checkpointKey: new Secret(checkpoint.text),
    made,
  };
}

/**
 * The text of `ENCRYPTION_KEY` from `env`, else what a start keeps in `dataDir`; undefined where there is neither. Makes none: what a
 * command line sealed with a key of its own the running program could not open.
 * @throws SecretFileError
 */
export async function findEncryptionKey(dataDir: string, env: Environment = {}): Promise<Secret | undefined> {
  const given = env['ENCRYPTION_KEY']?.trim();
  if (given !== undefined && given !== '') return new Secret(given);
  const file = join(dataDir, FILES.ENCRYPTION_KEY);
  return (await exists(file)) ? new Secret(await readSecret(file, 'ENCRYPTION_KEY', isKeyRing)) : undefined;
}

/**
 * The same of `CHECKPOINT_KEY`.
 * @throws SecretFileError
 */
export async function findCheckpointKey(dataDir: string, env: Environment = {}): Promise<Secret | undefined> {
  const given = env['CHECKPOINT_KEY']?.trim();
  if (given !== undefined && given !== '') return new Secret(given);
  const file = join(dataDir, FILES.CHECKPOINT_KEY);
  return (await exists(file)) ? new Secret(await readSecret(file, 'CHECKPOINT_KEY', isSigningKey)) : undefined;
}

async function ensureSecret(
  dataDir: string,
  name: SecretName,
  env: Environment,
  make: () => string,
  isUsable: (text: string) => boolean,
): Promise<{ text: string; made: boolean }> {
  const given = env[name]?.trim();
  if (given !== undefined && given !== '') {
    return { text: given, made: false };
  }
  const file = join(dataDir, FILES[name]);
  const made = (await exists(file)) ? false : await createOnce(file, `${make()}\n`);
  await chmod(file, 0o600);
  return { text: await readSecret(file, name, isUsable), made };
}

async function readSecret(file: string, name: SecretName, isUsable: (text: string) => boolean): Promise<string> {
  const text = (await readFile(file, 'utf8')).trim();
  if (!isUsable(text)) {
    throw new SecretFileError(
      `${file} is damaged. Put back a copy of it, or set ${name}. ${
        name === 'ENCRYPTION_KEY'
          ? 'Do not just delete it: without the key that was in it the voucher codes issued so far cannot be read.'
          : 'If there is no copy, delete it: a new key is made at the next start.'
      }`,
    );
  }
  return text;
}

/**
 * Writes a file that appears whole or not at all, and never replaces one: the text goes to a file of another name, is flushed, and is
 * linked into place, which fails if somebody was faster.
 */
async function createOnce(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await link(draft, file);
    return true;
  } catch (error) {
    if (isFileError(error, 'EEXIST')) {
      return false;
    }
    throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await readFile(file);
    return true;
  } catch (error) {
    if (isFileError(error, 'ENOENT')) {
      return false;
    }
    throw error;
  }
}

function isFileError(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function generateEncryptionKey(): string {
  return `1:${randomBytes(32).toString('base64')}`;
}

function generateSigningKey(): string {
  return randomBytes(32).toString('base64');
}

function isAdminKey(text: string): boolean {
  return text.length >= 16 && /^[\x21-\x7e]+$/.test(text);
}

function isKeyRing(text: string): boolean {
  try {
    KeyRing.parse(text);
    return true;
  } catch (error) {
    if (error instanceof KeyRingError) {
      return false;
    }
    throw error;
  }
}

function isSigningKey(text: string): boolean {
  try {
    SigningKey.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SigningKeyError) {
      return false;
    }
    throw error;
  }
}
