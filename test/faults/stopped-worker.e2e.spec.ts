import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFinished, type Redemption } from '#domain';
import { FaultRig } from './rig/fault-rig.js';
import { Scene } from './rig/scene.js';

const SCRIPT = path.resolve('dist/services/worker.js');
const HOLD_SECONDS = 3n;

describe('A worker process that is stopped in the middle of its call, for longer than the hold', () => {
  let rig: FaultRig;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    rig = await FaultRig.open({ shop: {} });
  });
  afterAll(async () => {
    for (const child of started) {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
    }
    await rig.stop();
  });

  it('wakes up and does no harm: the other one has given the points back, and no voucher works', async () => {
    const first = await startWorker();
    const scene = new Scene(rig, 'shop');
    // The provider answers while the worker stands still: the answer waits for it in the socket.
    scene.plan({ call: 'issue', mode: 'slow', delayMs: 1_500, times: 1 });
    await scene.redeem({ deduction: 'order', holdSeconds: HOLD_SECONDS, callSeconds: HOLD_SECONDS });
    await scene.until(() => scene.calls.includes('issue'));
    first.kill('SIGSTOP');
    await startWorker();
    const ended = await scene.until(isFinished);
    expect(isBack(ended)).toBe(true);
    const calls = scene.calls.length;
    first.kill('SIGCONT');
    await sleep(1_500);
    expect(scene.calls.slice(calls).filter((call) => call === 'issue')).toEqual([]);
    expect(await scene.until((r) => isFinished(r) && isBack(r))).toMatchObject({ flags: [] });
    expect(scene.truth?.vouchers.filter(({ state }) => state !== 'cancelled')).toEqual([]);
    expect(await scene.findings()).toEqual([]);
  });

  async function startWorker(): Promise<ChildProcess> {
    const child = fork(SCRIPT, {
      env: { PATH: process.env['PATH'], ...rig.environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    started.push(child);
    await once(child, 'message');
    return child;
  }
});

function isBack({ status }: Redemption): boolean {
  return status === 'expired' || status === 'released';
}
