import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LedgerCommand } from '#ledger';
import type { LedgerConfig } from '#platform';
import type { Answer, Request, Settled } from '../support/ledger/ledger-process-messages.js';
import type { MixedWork, MixedWorkDone } from '../support/ledger/mixed-work.js';

/** An operating system process with a ledger in it. */
export interface LedgerProcess {
  readonly pid: number;
  /** Hands all commands to its ledger at once, at the moment `beginAtMs`. */
  execute(commands: readonly LedgerCommand[], beginAtMs: number): Promise<readonly Settled[]>;
  work(work: MixedWork): Promise<MixedWorkDone>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../../dist/test/support/ledger/ledger-process.js', import.meta.url));

/** Time for every process to have its commands before the first of them begins. */
export const BEGIN_TOGETHER_MS = 150;

export async function startLedgerProcesses(
  count: number,
  connectionString: string,
  ledger: Partial<LedgerConfig> = {},
): Promise<readonly LedgerProcess[]> {
  return Promise.all(Array.from({ length: count }, () => startLedgerProcess(connectionString, ledger)));
}

async function startLedgerProcess(connectionString: string, ledger: Partial<LedgerConfig>): Promise<LedgerProcess> {
  const child = fork(program, { serialization: 'advanced', execArgv: ['--enable-source-maps'] });
  const ended = once(child, 'exit');
  const ask = (request: Request): Promise<unknown> => askOf(child, request);
  await ask({ do: 'open', connectionString, ledger });
  return {
    pid: child.pid as number,
    execute: async (commands, beginAtMs) => (await ask({ do: 'execute', commands, beginAtMs })) as readonly Settled[],
    work: async (work) => (await ask({ do: 'work', work })) as MixedWorkDone,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** One question at a time: a process answers in the order it is asked. */
function askOf(child: ChildProcess, request: Request): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`The ledger's process ended with code ${code} before it answered.`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      const { ok, ...rest } = answer as Answer;
      if (ok) resolve((rest as { value: unknown }).value);
      else reject(new Error((rest as { error: string }).error));
    });
    child.send(request);
  });
}
