import { afterEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AskedThread } from './asked-thread.js';
import { SpillError } from './spill-file.js';

type Order = { readonly add: number } | { readonly fail: 'spill' | 'own' | 'other' } | { readonly exit: number };

/** A thread that does such orders; what it runs is what the build made of `answerOrders`. */
const PROGRAM = `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { answerOrders } from '${pathToFileURL(path.resolve('dist/libs/ledger/src/parted/asked-thread.js')).href}';
  import { SpillError } from '${pathToFileURL(path.resolve('dist/libs/ledger/src/parted/spill-file.js')).href}';
  let sum = 0;
  answerOrders(async (order) => {
    if (order.exit !== undefined) process.exit(order.exit);
    if (order.fail === 'spill') throw new SpillError('ENOSPC');
    if (order.fail === 'own') throw Object.assign(new Error('of our own'), { name: 'OwnError' });
    if (order.fail === 'other') throw Object.assign(new Error('of somebody'), { code: '57P01' });
    const before = sum;
    await sleep(20);
    return (sum = before + order.add);
  });`;

class OwnError extends Error {
  override readonly name = 'OwnError';
}

describe('A thread that is asked', () => {
  let thread: AskedThread<Order, number> | undefined;
  afterEach(() => thread?.close());

  function start(): AskedThread<Order, number> {
    const program = new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`);
    const options = { workerData: undefined, resourceLimits: {} };
    thread = new AskedThread(program, options, ({ name, message }) =>
      name === 'OwnError' ? new OwnError(message) : undefined,
    );
    return thread;
  }

  it('does one order after the other, and answers each', async () => {
    const asked = start();
    expect(await Promise.all([1, 2, 3].map((add) => asked.ask({ add })))).toEqual([1, 3, 6]);
  });

  it('says what went wrong so that it can be told apart, and goes on', async () => {
    const asked = start();
    await expect(asked.ask({ fail: 'spill' })).rejects.toThrow(new SpillError('ENOSPC'));
    await expect(asked.ask({ fail: 'own' })).rejects.toThrow(OwnError);
    await expect(asked.ask({ fail: 'other' })).rejects.toMatchObject({ message: 'of somebody', code: '57P01' });
    expect(await asked.ask({ add: 5 })).toBe(5);
  });

  it('leaves nobody waiting when it ends', async () => {
    const asked = start();
    const left = [{ exit: 3 }, { add: 1 }].map((order) => asked.ask(order));
    const ends = await Promise.allSettled(left);
    expect(ends).toEqual([1, 2].map(() => ({ status: 'rejected', reason: new Error('A thread ended with code 3.') })));
    await expect(asked.ask({ add: 1 })).rejects.toThrow('A thread ended with code 3.');
  });
});
