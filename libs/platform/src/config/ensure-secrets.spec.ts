import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../crypto/key-ring.js';
import { SigningKey } from '../crypto/signing-key.js';
import { loadConfig } from './config.js';
import { ensureSecrets, findCheckpointKey, findEncryptionKey, SecretFileError } from './ensure-secrets.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-secrets-'));
});
afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

function texts(secrets: Awaited<ReturnType<typeof ensureSecrets>>): string[] {
  return [secrets.adminApiKey, secrets.encryptionKey, secrets.checkpointKey].map((secret) => secret.reveal());
}

describe('The secrets of a start without settings', () => {
  it('are made once and are the same ever after', async () => {
    const first = await ensureSecrets(dataDir);
    const second = await ensureSecrets(dataDir);
    expect(first.made).toEqual(['ADMIN_API_KEY', 'ENCRYPTION_KEY', 'CHECKPOINT_KEY']);
    expect(second.made).toEqual([]);
    expect(texts(second)).toEqual(texts(first));
    expect(KeyRing.parse(first.encryptionKey.reveal()).ids).toEqual(['1']);
  });

  it('are good settings for the children', async () => {
    const secrets = await ensureSecrets(dataDir);
    const config = loadConfig({
      ADMIN_API_KEY: secrets.adminApiKey.reveal(),
      ENCRYPTION_KEY: secrets.encryptionKey.reveal(),
      CHECKPOINT_KEY: secrets.checkpointKey.reveal(),
    });
    expect(config.adminApiKey?.reveal()).toBe(secrets.adminApiKey.reveal());
    expect(config.encryptionKeys?.primaryId).toBe('1');
    expect(config.checkpoint.key?.publicKey.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('are kept where only their owner may read them, with nothing beside them', async () => {
    await ensureSecrets(dataDir);
    expect((await readdir(dataDir)).sort()).toEqual(['admin-api-key', 'checkpoint-key', 'encryption-key']);
    for (const file of ['admin-api-key', 'checkpoint-key', 'encryption-key']) {
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
    }
  });

  it('are closed again to others if somebody opened them', async () => {
    await ensureSecrets(dataDir);
    await chmod(join(dataDir, 'encryption-key'), 0o644);
    await ensureSecrets(dataDir);
    expect((await stat(join(dataDir, 'encryption-key'))).mode & 0o777).toBe(0o600);
  });

  it('are taken from the environment first, and then not kept', async () => {
    const secrets = await ensureSecrets(dataDir, { ADMIN_API_KEY: 'given-by-the-operator', ENCRYPTION_KEY: ' ' });
    expect(secrets.adminApiKey.reveal()).toBe('given-by-the-operator');
    expect(secrets.made).toEqual(['ENCRYPTION_KEY', 'CHECKPOINT_KEY']);
    expect((await readdir(dataDir)).sort()).toEqual(['checkpoint-key', 'encryption-key']);
  });

  it('are the same for several starts at once', async () => {
    const folder = join(dataDir, 'new');
    const starts = await Promise.all(Array.from({ length: 8 }, () => ensureSecrets(folder)));
    expect(new Set(starts.map((secrets) => texts(secrets).join())).size).toBe(1);
    expect(starts.filter(({ made }) => made.includes('ENCRYPTION_KEY'))).toHaveLength(1);
    expect((await readdir(folder)).sort()).toEqual(['admin-api-key', 'checkpoint-key', 'encryption-key']);
  });

  it('are never made anew over a damaged file', async () => {
    await ensureSecrets(dataDir);
    await writeFile(join(dataDir, 'encryption-key'), '1:cut-o');
    await expect(ensureSecrets(dataDir)).rejects.toThrow(SecretFileError);
    await expect(ensureSecrets(dataDir)).rejects.toThrow(/encryption-key is damaged/);
    expect(await readFile(join(dataDir, 'encryption-key'), 'utf8')).toBe('1:cut-o');
  });
});

describe('The encryption key of a command line', () => {
  it('is the one in the environment, else the one kept by a start', async () => {
    const { encryptionKey } = await ensureSecrets(dataDir);
    expect((await findEncryptionKey(dataDir))?.reveal()).toBe(encryptionKey.reveal());
    expect((await findEncryptionKey(dataDir, { ENCRYPTION_KEY: ' given ' }))?.reveal()).toBe('given');
  });

  it('is never made', async () => {
    expect(await findEncryptionKey(dataDir, { ENCRYPTION_KEY: '' })).toBeUndefined();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is refused when its file is damaged', async () => {
    await writeFile(join(dataDir, 'encryption-key'), 'x');
    await expect(findEncryptionKey(dataDir)).rejects.toThrow(SecretFileError);
  });
});

describe('The signing key of a command line', () => {
  it('is the one kept by a start, and is never made', async () => {
    expect(await findCheckpointKey(dataDir)).toBeUndefined();
    const { checkpointKey } = await ensureSecrets(dataDir);
    const found = await findCheckpointKey(dataDir);
    expect(found?.reveal()).toBe(checkpointKey.reveal());
    expect(SigningKey.parse(checkpointKey.reveal()).publicKey.id).toHaveLength(16);
    await writeFile(join(dataDir, 'checkpoint-key'), 'x');
    await expect(findCheckpointKey(dataDir)).rejects.toThrow(/checkpoint-key is damaged/);
  });
});
