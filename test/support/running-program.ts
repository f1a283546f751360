import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './redis-server.js';

const READY_MS = 120_000;
const LOYALTY = '/customer/api/open/v1/loyalty';

/** The whole program as `npm start` runs it, from a data folder of the test's own. */
export interface RunningProgram {
  readonly baseUrl: string;
  /** Prefix of the loyalty calls. */
  readonly loyaltyUrl: string;
  /** The demo company's key, for calls. */
  readonly apiKey: string;
  /** Everything it has printed. */
  readonly printed: () => string;
  /** Process ids of supervisor, API, worker and PostgreSQL. */
  readonly pids: () => Promise<ProgramPids>;
  /** Ends all of it, or these, at once, as a power cut of the processes would: SIGKILL, no goodbye. Resolves when the supervisor is gone. */
  kill(pids?: ProgramPids): Promise<void>;
  /** Asks it to stop; resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface ProgramPids {
  readonly supervisor: number;
  readonly services: readonly number[];
  readonly postgres: number;
}

export interface ProgramOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the program and waits until it has said how to redeem. @throws Error with what it printed, when it ends before. */
export async function startProgram({ dataDir, env = {} }: ProgramOptions): Promise<RunningProgram> {
  const port = await freePort();
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    env: { ...process.env, PORT: `${port}`, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const deadline = performance.now() + READY_MS;
  while (!printed.includes('curl -s')) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`The program is not ready:\n${printed}`);
    await sleep(20);
  }
  const baseUrl = `http://127.0.0.1:${port}`;
  const pids = (): Promise<ProgramPids> => pidsOf(child, dataDir);
  return {
    baseUrl,
    loyaltyUrl: `${baseUrl}${LOYALTY}`,
    apiKey: (await readFile(path.join(dataDir, 'demo-api-key'), 'utf8')).trim(),
    printed: () => printed,
    pids,
    async kill(known) {
      const { supervisor, services, postgres } = known ?? (await pids());
      for (const pid of [...services, postgres, supervisor]) killPid(pid);
      await exited(child);
    },
    async stop() {
      child.kill('SIGTERM');
      await exited(child);
      return child.exitCode;
    },
  };
}

async function pidsOf(child: ChildProcess, dataDir: string): Promise<ProgramPids> {
  const supervisor = child.pid as number;
  const children = await readFile(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8');
  const pidFile = await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  const postgres = Number(pidFile.split('\n')[0]);
  const services = children
    .split(' ')
    .filter((pid) => pid.trim() !== '')
    .map(Number);
  return { supervisor, services: services.filter((pid) => pid !== postgres), postgres };
}

/** Only ever a process of this program's own. */
export function killPid(pid: number): void {
  if (!(pid > 1)) throw new Error(`${pid} is not a process of the program.`);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
}
