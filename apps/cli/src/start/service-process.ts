import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readSync, fstatSync } from 'node:fs';

import { ENVIRONMENT_FOLLOWS, NODE_FLAGS, type ReadyMessage } from '#platform/process';

import { RestartDelay } from './restart-delay.js';
import { StartFailure } from './start-failure.js';

/** How long a process may finish what is in flight after SIGTERM. */
const GRACE_MS = 15_000;
const LOG_TAIL_BYTES = 2_000;

export interface ServiceOptions {
  readonly name: string;
  /** The built main module. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  /** The process's output is added to this file. */
  readonly logFile: string;
  /** Told when a process ended on its own and is started again. */
  readonly onRestart: (what: string) => void;
}

/** A process that is kept running: started again, with growing pauses, whenever it ends without having been asked to. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private logStart = 0;
  private env: NodeJS.ProcessEnv;
  private restart: NodeJS.Timeout | undefined;
  private stopping = false;
  private readonly restartDelay = new RestartDelay();

  constructor(private readonly options: ServiceOptions) {
    this.env = options.env;
  }

  /** Lets the process load its code while the rest of its environment is not known yet. */
  load(): void {
    this.spawn({ ...this.env, [ENVIRONMENT_FOLLOWS]: 'true' });
  }

  /**
   * Gives the process that was loaded the rest of its environment. Resolves when it says that it does its work.
   *
   * @throws StartFailure when it ends before that.
   */
  start(rest: Readonly<Record<string, string>>): Promise<ReadyMessage> {
    this.env = { ...this.env, ...rest };
    const { child } = this;
    return new Promise((resolve, reject) => {
      const onExit = (): void => {
        reject(new StartFailure(`The ${this.options.name} did not start: ${this.lastLine()}`));
      };
      if (child === undefined || hasEnded(child)) return onExit();
      child.once('exit', onExit);
      child.on('message', (message) => {
        if (isReady(message)) resolve(message);
      });
      // One that is just ending can't be told; its exit is heard.
      child.send(rest, () => undefined);
    });
  }

  /** Keeps the process running from now on. To be called once it is ready. */
  keepRunning(): void {
    const child = this.child;
    if (child === undefined || this.stopping) return;
    const startedMs = performance.now();
    const onExit = () => {
      if (this.stopping) return;
      const delayMs = this.restartDelay.afterRunOf(performance.now() - startedMs);
      const ended = child.signalCode ?? `code ${child.exitCode}`;
      this.options.onRestart(
        `The ${this.options.name} ended (${ended}) and is started again; its log: ${this.options.logFile}`,
      );
      this.restart = setTimeout(() => {
        this.spawn(this.env);
        this.keepRunning();
      }, delayMs);
    };
    if (hasEnded(child)) onExit();
    else child.once('exit', onExit);
  }

  /** Lets the process finish what is in flight; ends it when that takes too long. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const child = this.child;
    if (child === undefined || hasEnded(child)) return;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(impatience);
  }

  private spawn(env: NodeJS.ProcessEnv): void {
    const log = openSync(this.options.logFile, 'a', 0o600);
    this.logStart = fstatSync(log).size;
    this.child = spawn(process.execPath, [...NODE_FLAGS, this.options.script], {
      // Two arenas of glibc's allocator, not eight a core: what they keep for themselves is another 20 MB.
      env: { MALLOC_ARENA_MAX: '2', ...env },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
  }

  private lastLine(): string {
    const log = openSync(this.options.logFile, 'r');
    try {
      const start = Math.max(this.logStart, fstatSync(log).size - LOG_TAIL_BYTES);
      const buffer = Buffer.alloc(LOG_TAIL_BYTES);
      const text = buffer.toString('utf8', 0, readSync(log, buffer, 0, LOG_TAIL_BYTES, start));
      return `${firstErrorLine(text)} (the whole log: ${this.options.logFile})`;
    } finally {
      closeSync(log);
    }
  }
}

/** The first line that names an error says more than the last one of a stack trace. */
function firstErrorLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /error|can't|cannot/i.test(line)) ?? lines.at(-1) ?? 'it ended without a word';
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
