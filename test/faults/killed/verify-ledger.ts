import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What `audit verify --json` prints of a ledger. */
export interface Verified {
  readonly events: number;
  readonly seconds: number;
  readonly findingsTotal: number;
  readonly findings: readonly unknown[];
}

/** As an auditor does, in a process of its own. @throws Error when it could not run. */
export async function verifyLedger(connectionString: string): Promise<Verified> {
  const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', 'audit', 'verify', '--json'], {
    env: { ...process.env, DATABASE_URL: connectionString },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const printed = await text(child.stdout);
  const [code] = (await exit) as [number | null];
  if (code !== 0 && code !== 2) throw new Error('audit verify could not run.');
  return JSON.parse(printed) as Verified;
}
