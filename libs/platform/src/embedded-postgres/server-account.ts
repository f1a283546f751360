import { lstat } from 'node:fs/promises';

import { systemErrorCode } from './embedded-postgres-error.js';

/** The operating system account that the server runs as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` on every common system: an account that exists without being created. */
const NOBODY: ServerAccount = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root. A cluster that exists keeps its owner, so that one made by an ordinary user can later be
 * started by root; a new one belongs to nobody.
 *
 * @returns undefined when the process is not root: then the server simply runs as the same user.
 */
export async function serverAccount(clusterDir: string): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const { uid, gid } = await lstat(clusterDir);
    return uid === 0 ? NOBODY : { uid, gid };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return NOBODY;
    throw error;
  }
}
