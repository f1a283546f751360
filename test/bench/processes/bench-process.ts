import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { NODE_FLAGS, type ReadyMessage } from '#platform/process';

import { BenchFailure } from '../bench-failure.js';
import type { TaskAnswer, TaskRequest, Tasks } from './tasks.js';

const READY_MS = 60_000;
const GRACE_MS = 15_000;
const LOG_TAIL_LINES = 5;

export interface BenchProcessOptions {
  readonly name: string;
  /** A built main module. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  /** More of Node.js' own options. */
  readonly nodeOptions?: readonly string[] | undefined;
  readonly logFile: string;
}

type TaskOf<T> = T[keyof T & string];

/** A Node.js process of the benchmark: the API, the worker, the load generator, the floor. */
export class BenchProcess<T extends Tasks<T> = Record<string, never>> {
  /** Settles when the process says that it does its work. */
  readonly ready: Promise<ReadyMessage>;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly waiting = new Map<number, { resolve: (outcome: unknown) => void; reject: (error: Error) => void }>();
  private stopping = false;
  private lastId = 0;

  constructor(private readonly options: BenchProcessOptions) {
    const log = openSync(options.logFile, 'a', 0o600);
    const { nodeOptions = [], script } = options;
    this.child = spawn(process.execPath, [...NODE_FLAGS, ...nodeOptions, script], {
      env: { MALLOC_ARENA_MAX: '2', ...options.env },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      this.child.once('exit', () => {
        resolve();
      });
    });
    this.ready = this.untilReady();
    // Whoever waits for it hears of a failure; nobody may be waiting yet when it comes.
    this.ready.catch(() => undefined);
    this.child.on('message', (message) => {
      this.settle(message as TaskAnswer);
    });
    void this.exited.then(async () => {
      const reason = await this.failure('ended during the run');
      for (const { reject } of this.waiting.values()) reject(reason);
      this.waiting.clear();
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @throws BenchFailure when the process has ended on its own. */
  async assertRunning(): Promise<void> {
    if (this.hasEnded() && !this.stopping) throw await this.failure('ended during the run');
  }

  /** Has a task done. @throws BenchFailure when it fails or the process ends meanwhile. */
  async ask<K extends keyof T & string>(
    task: K,
    order: Parameters<TaskOf<Pick<T, K>>>[0],
  ): Promise<Awaited<ReturnType<TaskOf<Pick<T, K>>>>> {
    await this.assertRunning();
    const id = ++this.lastId;
    const outcome = await new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, task, order } satisfies TaskRequest);
    });
    return outcome as Awaited<ReturnType<TaskOf<Pick<T, K>>>>;
  }

  /** Lets it finish what is in flight; ends it when that takes too long. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.hasEnded()) return;
    this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await this.exited;
    clearTimeout(impatience);
  }

  /** Whether it ended of itself when it was asked to. */
  endedWell(): boolean {
    return this.child.exitCode === 0;
  }

  private async untilReady(): Promise<ReadyMessage> {
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), READY_MS);
    const ready = await new Promise<ReadyMessage | undefined>((resolve) => {
      this.child.on('message', (message: ReadyMessage) => {
        if (message.type === 'ready') resolve(message);
      });
      void this.exited.then(() => {
        resolve(undefined);
      });
    });
    clearTimeout(impatience);
    if (ready === undefined) throw await this.failure('did not start');
    return ready;
  }

  private settle(message: TaskAnswer | ReadyMessage): void {
    if (!('id' in message)) return;
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('error' in message) waiting?.reject(new BenchFailure(message.error));
    else waiting?.resolve(message.outcome);
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async failure(what: string): Promise<BenchFailure> {
    const log = await readFile(this.options.logFile, 'utf8').catch(() => '');
    const tail = log.trim().split('\n').slice(-LOG_TAIL_LINES).join('\n');
    const how = this.child.signalCode ?? `code ${this.child.exitCode}`;
    return new BenchFailure(`The ${this.options.name} ${what} (${how}).${tail === '' ? '' : `\n${tail}`}`);
  }
}
