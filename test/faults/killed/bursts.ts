import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BurstOrder } from './burst.js';

const PROGRAM = path.resolve('dist/test/faults/killed/burst-process.js');

interface RunningBurst {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly answersFile: string;
  /** From the moment that the database was killed under it, what it fails with says nothing. */
  lostDatabase: boolean;
}

/** What the bursts were answered in all. */
export interface BurstAnswers {
  readonly events: readonly { readonly walletId: string; readonly version: string; readonly eventId: string }[];
  readonly orderIds: readonly string[];
  /** Errors that no refusal and no lost database explains. */
  readonly failures: readonly string[];
}

/** Processes with a ledger each, that are killed and made anew. */
export class Bursts {
  private running: RunningBurst[] = [];
  private readonly all: RunningBurst[] = [];
  killed = 0;

  constructor(
    private readonly folder: string,
    private readonly order: Omit<BurstOrder, 'connectionString' | 'seed' | 'answersFile'>,
    private readonly seed: number,
  ) {}

  get count(): number {
    return this.running.length;
  }

  start(connectionString: string, count: number): void {
    while (this.running.length < count) {
      const number = this.all.length;
      const answersFile = path.join(this.folder, `answers-${number}`);
      const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      const burst = { child, ended: once(child, 'exit'), answersFile, lostDatabase: false };
      child.send({ ...this.order, connectionString, seed: this.seed + number, answersFile } satisfies BurstOrder);
      this.running.push(burst);
      this.all.push(burst);
    }
  }

  /** The database is about to go: what fails from now on is its fault. */
  loseDatabase(): void {
    for (const burst of this.running) burst.lostDatabase = true;
  }

  /** SIGKILL to the oldest of them, in the middle of whatever group it carries out. */
  async kill(count = 1): Promise<void> {
    const some = this.running.splice(0, count);
    for (const { child } of some) this.killed += child.kill('SIGKILL') ? 1 : 0;
    await Promise.all(some.map(({ ended }) => ended));
  }

  async answers(): Promise<BurstAnswers> {
    const events: BurstAnswers['events'][number][] = [];
    const orderIds: string[] = [];
    const failures: string[] = [];
    for (const { answersFile, lostDatabase } of this.all) {
      const text = await readFile(answersFile, 'utf8').catch(() => '');
      // A line that was cut off was not written, so its answer was not given.
      for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
        const [what, first = '', version = '', eventId = ''] = line.split(' ');
        if (what === 'event') events.push({ walletId: first, version, eventId });
        else if (what === 'order') orderIds.push(first);
        else if (what === 'failed' && !lostDatabase) failures.push(line);
      }
    }
    return { events, orderIds, failures };
  }
}
