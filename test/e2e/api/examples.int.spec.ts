import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_KEY, ApiRig } from './api-rig.js';

const run = promisify(execFile);

let rig: ApiRig;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '10000' });
  await rig.startWorker();
});
afterAll(() => rig.close());

async function printed(example: string): Promise<readonly string[]> {
  const file = fileURLToPath(new URL(`../../../examples/${example}.mjs`, import.meta.url));
  const env = { ...process.env, HOLDFAST_URL: rig.baseUrl, ADMIN_API_KEY: ADMIN_KEY };
  const { stdout } = await run(process.execPath, [file], { env });
  return stdout.trim().split('\n');
}

describe('The sample checkouts', () => {
  it('in Yotpo’s dialect: redeem, order, refund', async () => {
    const lines = await printed('yotpo');
    expect(lines).toHaveLength(9);
    expect(lines[1]).toBe('Her coupon costs 100 points, deducted: 900 are left.');
    expect(lines[5]).toBe('Her coupon costs 100 points, held until the order: 900 are left.');
    expect(lines[8]).toBe('The rest, too: 67 more. Ann has 1000 points.');
  });

  it('in BonifiQ’s dialect: redeem, order, cancel', async () => {
    const lines = await printed('bonifiq');
    expect(lines).toHaveLength(11);
    expect(lines[1]).toBe('Her coupon costs 100 points, deducted: 900 are left.');
    expect(lines[2]).toBe('Cashback of 20 costs 200, held until the order: 700 are left.');
    expect(lines[3]).toBe('She thinks again: 900.');
    expect(lines[9]).toBe('A third of it is cancelled: 50 points are back.');
    expect(lines[10]).toBe('The rest, too: 100 more. Ann has 1000 points.');
  });

  it('in bitbybit’s dialect: redeem, commit, reverse', async () => {
    const lines = await printed('bitbybit');
    expect(lines).toHaveLength(7);
    expect(lines[1]).toBe('Her coupon is committed; asked for twice it is one.');
    expect(lines[2]).toBe('All of it is refunded: reversed. Ann has 1000 points.');
    expect(lines[5]).toBe('A third of it is refunded: Ann has 933 points.');
  });
});
