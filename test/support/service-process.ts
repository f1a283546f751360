import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

export type Service = 'api' | 'worker';

/** An API or a worker as it runs in production: the built program, a process of its own, with everything it prints. */
export class ServiceProcess {
  /** Settles when the process has ended; its exit code, null where a signal ended it. */
  readonly ended: Promise<number | null>;
  private printed = '';

  private constructor(
    readonly service: Service,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    }
    this.ended = once(child, 'exit').then(([code]) => code as number | null);
  }

  /** Starts one and waits until it serves. @throws Error with what it printed, when it ends before. */
  static async start(service: Service, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const started = ServiceProcess.spawn(service, env);
    const ready = once(started.child, 'message').then(([message]) => message as { readonly port?: number });
    const message = await Promise.race([ready, started.ended.then(() => undefined)]);
    if (message === undefined) throw new Error(`The ${service} ended before it was ready: ${started.output}`);
    started.port = message.port;
    return started;
  }

  /** Starts one that may well refuse to. */
  static spawn(service: Service, env: Readonly<Record<string, string>>): ServiceProcess {
    const child = fork(`dist/services/${service}.js`, [], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new ServiceProcess(service, child);
  }

  /** Where an API listens. */
  port: number | undefined;

  get url(): string {
    return `http://127.0.0.1:${this.port ?? 0}`;
  }

  get output(): string {
    return this.printed;
  }

  /** Waits until it has ended by itself, and has said its last word. */
  async stopped(): Promise<number | null> {
    return this.end();
  }

  /** Asks it to stop, and waits for its last word. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Ends it as a lost machine does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const { child } = this;
    if (signal !== undefined && child.exitCode === null && child.signalCode === null) child.kill(signal);
    const code = await this.ended;
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    await Promise.all(streams.map((stream) => finished(stream)));
    return code;
  }
}
