import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SagaRig } from './saga-rig.js';

const SCRIPT = path.resolve('dist/services/worker.js');

/** The built worker, as the supervisor starts it. */
class WorkerProcess {
  output = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(env: Record<string, string>) {
    this.child = fork(SCRIPT, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    // Not "close": Node doesn't emit that for a child whose channel was disconnected from this side.
    this.ended = once(this.child, 'exit').then(() => this.child.exitCode);
  }

  async ready(): Promise<void> {
    const [message] = (await Promise.race([once(this.child, 'message'), this.ended.then(() => [])])) as [unknown?];
    if (message === undefined) throw new Error(`The worker ended before it was ready: ${this.output}`);
    expect(message).toEqual({ type: 'ready' });
  }

  /** Resolves when all it wrote has been read. */
  async silent(): Promise<void> {
    const streams = [this.child.stdout, this.child.stderr].filter((stream) => stream !== null);
    await Promise.all(streams.map((stream) => finished(stream)));
  }

  terminate(): void {
    this.child.kill('SIGTERM');
  }

  abandon(): void {
    this.child.disconnect();
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** The log's lines with that message. */
  lines(message: string): readonly Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => typeof msg === 'string' && msg.startsWith(message));
  }
}

describe('The worker as a process', () => {
  let rig: SagaRig;
  let worker: WorkerProcess;

  beforeAll(async () => {
    rig = await SagaRig.open();
  });
  afterAll(() => rig.stop());
  afterEach(() => worker.end());

  it('settles redemptions through the queue, and ends in order when it is told to', async () => {
    worker = new WorkerProcess({ ...rig.environment(), LOG_LEVEL: 'info' });
    await worker.ready();
    const walletId = await rig.wallet(100n);
    const keys = await Promise.all(Array.from({ length: 10 }, () => rig.redeem(walletId, 10n)));
    const redemptions = await rig.until(keys);
    expect(redemptions.every(({ status }) => status === 'committed')).toBe(true);
    worker.terminate();
    expect(await worker.ended).toBe(0);
    await worker.silent();
    expect(worker.lines('The first job came through the queue')).toHaveLength(1);
    expect(worker.lines('The worker has stopped')[0]).toMatchObject({ redemptionsDirect: 0, troubles: 0 });
    for (const { voucher } of redemptions) expect(worker.output).not.toContain(voucher.code?.last4 ?? 'no code');
  });

  it('ends when its supervisor is gone', async () => {
    worker = new WorkerProcess(rig.environment());
    await worker.ready();
    worker.abandon();
    expect(await worker.ended).toBe(0);
  });

  it('settles what a killed one left behind', async () => {
    worker = new WorkerProcess(rig.environment());
    await worker.ready();
    const walletId = await rig.wallet(2_000n);
    const keys = await Promise.all(Array.from({ length: 200 }, () => rig.redeem(walletId, 10n)));
    await worker.end();
    worker = new WorkerProcess(rig.environment());
    const redemptions = await rig.until(keys);
    expect(redemptions.every(({ status }) => status === 'committed')).toBe(true);
    expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 0n, reserved: 0n, lifetimeBurned: 2_000n });
  });

  it('says what is missing when it can’t start', async () => {
    const { DATABASE_URL: _, ...rest } = rig.environment();
    worker = new WorkerProcess(rest);
    expect(await worker.ended).toBe(1);
    await worker.silent();
    expect(worker.output).toContain('DATABASE_URL: is not set');
    expect(worker.output).not.toContain('    at ');
  });
});
