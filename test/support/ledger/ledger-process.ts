import { DomainError } from '#domain';
import { LedgerError } from '#ledger';
import type { Answer, Request, Settled } from './ledger-process-messages.js';
import { openRig, type LedgerRig } from './ledger-rig.js';
import { doMixedWork } from './mixed-work.js';

/** A process of its own with a ledger of its own; it does what its parent asks over IPC and ends with the channel. */
let rig: LedgerRig | undefined;
let groups = 0;
const retried: string[] = [];

process.on('message', (request: Request) => {
  void answer(request).then((done: Answer) => process.send?.(done));
});
process.on('disconnect', () => void rig?.stop().finally(() => process.exit(0)));

async function answer(request: Request): Promise<Answer> {
  try {
    return { ok: true, value: await perform(request) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function perform(request: Request): Promise<unknown> {
  switch (request.do) {
    case 'open':
      rig = openRig(request.connectionString, {
        ledger: request.ledger,
        applicationName: 'holdfast-test-process',
        observer: { groupDone: () => (groups += 1), groupRetried: (error) => retried.push(codeOf(error)) },
      });
      return undefined;
    case 'execute': {
      const opened = rig as LedgerRig;
      // All processes begin at the same moment, however long it took to tell each.
      await new Promise((begin) => setTimeout(begin, Math.max(0, request.beginAtMs - Date.now())));
      return Promise.all(request.commands.map((command) => opened.ledger.execute(command).then(settled, refused)));
    }
    case 'work':
      return { ...(await doMixedWork(rig as LedgerRig, () => groups, request.work)), retried };
  }
}

/** The SQLSTATE, or the name of an error that has none. */
function codeOf(error: unknown): string {
  const { code, name } = error as { readonly code?: string; readonly name: string };
  return code ?? name;
}

function settled(executed: Extract<Settled, { readonly executed: unknown }>['executed']): Settled {
  return { executed };
}

function refused(error: unknown): Settled {
  return { code: error instanceof DomainError || error instanceof LedgerError ? error.code : String(error) };
}
