import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../../support/index.js';
import { httpProvider, openRig, request, TEST_KEYS, type LedgerRig } from '../../support/ledger/ledger-rig.js';

const MAIN = path.resolve('dist/apps/cli/src/main.js');

/** What a run of the command line left behind. */
export interface Ran {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

type Settings = Readonly<Record<string, string>>;

/** Runs the built command line as a process of its own, with no settings but these. */
export async function runCli(args: readonly string[], env: Settings): Promise<Ran> {
  const child = spawnCli(args, env);
  const [out, exitCode, err] = await Promise.all([text(child.stdout), exitCodeOf(child), text(child.stderr)]);
  return { exitCode, out, err };
}

/** Runs it for a reader who closes the pipe before anything is printed. */
export async function runCliUnread(args: readonly string[], env: Settings): Promise<Omit<Ran, 'out'>> {
  const child = spawnCli(args, env);
  child.stdout.destroy();
  const [exitCode, err] = await Promise.all([exitCodeOf(child), text(child.stderr)]);
  return { exitCode, err };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function spawnCli(args: readonly string[], env: Settings): Child {
  const settings = { PATH: process.env['PATH'], USER: 'ada', DATA_DIR: '/nonexistent/holdfast', ...env };
  return spawn(process.execPath, [MAIN, ...args], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function exitCodeOf(child: Child): Promise<number | null> {
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode;
}

/** A database with a company in it, the ledger to write to it, and the command line beside. */
export class CliRig {
  private constructor(
    private readonly database: TestDatabase,
    readonly ledger: LedgerRig,
    readonly companyId: number,
  ) {}

  static async open(): Promise<CliRig> {
    const database = await createTestDatabase();
    const made = await runCli(['companies', 'create', 'Corner Shop', '--json'], environment(database));
    if (made.exitCode !== 0) throw new Error(made.err);
    return new CliRig(database, openRig(database.connectionString), (JSON.parse(made.out) as { id: number }).id);
  }

  get connectionString(): string {
    return this.database.connectionString;
  }

  run(...args: readonly string[]): Promise<Ran> {
    return this.runWith({}, ...args);
  }

  runWith(env: Settings, ...args: readonly string[]): Promise<Ran> {
    return runCli(args, { ...environment(this.database), ...env });
  }

  /** What the command prints with `--json`; it must succeed. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { exitCode, out, err } = await this.run(...args, '--json');
    if (exitCode !== 0 || err !== '') throw new Error(`${args.join(' ')}: ${String(exitCode)} ${err}`);
    return JSON.parse(out) as T;
  }

  /** A redemption of 100 of 1,000 points whose provider was called and did not answer, as the worker flags it. */
  async flagged(customerId: string): Promise<string> {
    const { companyId } = this;
    const redemptionId = uuidV7();
    const walletId = await this.ledger.walletWith(companyId, customerId, 1_000n);
    const call = { timeoutMs: 60_000, notFound: false };
    for (const command of [
      request(100n, { redemptionId, provider: httpProvider() }),
      { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call },
      { type: 'RecordCallAnswer', redemptionId, attempt: 1, answer: { kind: 'unknown' } },
      { type: 'FlagRedemption', redemptionId, reason: 'voucher_unknown' },
    ] as const) {
      await this.ledger.run(companyId, walletId, command);
    }
    return redemptionId;
  }

  async close(): Promise<void> {
    await this.ledger.stop();
    await this.database.drop();
  }
}

function environment(database: TestDatabase): Record<string, string> {
  return { DATABASE_URL: database.connectionString, ENCRYPTION_KEY: TEST_KEYS };
}
