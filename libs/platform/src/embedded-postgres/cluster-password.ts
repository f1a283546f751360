import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

import { systemErrorCode } from './embedded-postgres-error.js';

const PASSWORD_BYTES = 24;

/** A database password, made once and kept in a file that only its owner may read. */
export async function clusterPassword(passwordFile: string): Promise<string> {
  const known = await readClusterPassword(passwordFile);
  if (known !== undefined) return known;
  const password = newPassword();
  await keepPassword(passwordFile, password);
  return password;
}

export function newPassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}

export async function keepPassword(passwordFile: string, password: string): Promise<void> {
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flush: true });
}

export async function readClusterPassword(passwordFile: string): Promise<string | undefined> {
  try {
    return (await readFile(passwordFile, 'utf8')).trim() || undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
