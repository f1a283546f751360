import type { ServerAccount } from './server-account.js';

/** How a server process is told about a folder: where it is started, and what it calls that folder. */
export interface ServerPath {
  readonly cwd: string;
  readonly path: string;
}

/**
 * An account other than ours may be unable to walk to the folder: a checkout under `/root` has mode 0700. Node changes the
 * directory before it changes the user, so on Linux the child starts inside and names the folder through `/proc`.
 */
export function serverPath(dir: string, account: ServerAccount | undefined): ServerPath {
  if (account !== undefined && process.platform === 'linux') return { cwd: dir, path: '/proc/self/cwd' };
  return { cwd: dir, path: dir };
}

/** The server speaks English and UTC whatever the person's terminal is set to, and gets none of our secrets. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' };
}
