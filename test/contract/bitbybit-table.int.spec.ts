import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiRig, CATALOGUE, LOYALTY, type Tenant } from '../e2e/api/api-rig.js';
import { bitbybitCalls } from './bitbybit-calls.js';
import { callsOf, unclearRows } from './dialect-table.js';

const rows = callsOf('bitbybit');

let rig: ApiRig;
let tenant: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open();
  await rig.startWorker();
  tenant = await rig.tenant();
  await rig.earn(tenant, 'ann', 1_000);
  await rig.redeem(tenant, 'ann', { rewardOptionId: 'ro_1', pointsCost: 10 });
});
afterAll(() => rig.close());

async function balances(): Promise<readonly number[]> {
  const { availablePoints, reservedPoints, lifetimeBurnedPoints } = await rig.wallet(tenant, 'ann');
  return [availablePoints, reservedPoints, lifetimeBurnedPoints].map(Number);
}

describe('bitbybit’s part of docs/dialects.md', () => {
  it('says of every row whether Holdfast does it, and names each call that is tried here', () => {
    expect(unclearRows('bitbybit')).toEqual([]);
    expect(rows.map(({ call }) => call).sort()).toEqual(Object.keys(bitbybitCalls).sort());
  });

  it.each(rows)('$call: $verdict', async ({ call, verdict }) => {
    const { path = '', body, status, shape, moves = [0, 0, 0] } = bitbybitCalls[call]!;
    expect(status === 404).toBe(verdict === 'not yet');
    const [method = '', url = ''] = call.split(' ');
    const address = url
      .replace(/^P\//, `${LOYALTY}/`)
      .replace(/^C\//, `${CATALOGUE}/`)
      .replace('{customerId}', 'ann')
      .replace('{rewardOptionId}', 'ro_1');
    const before = await balances();
    const answer = await rig.send(method, address + path, { key: tenant.key, ...(body === undefined ? {} : { body }) });
    expect([answer.status, answer.body]).toEqual([status, expect.anything()]);
    expect(shape?.safeParse(answer.body).error?.issues ?? []).toEqual([]);
    expect(await balances()).toEqual(before.map((points, i) => points + moves[i]!));
  });

  it.each(rows.filter(({ verdict }) => verdict !== 'not yet'))(
    '$call takes the key in either header',
    async ({ call }) => {
      const [method = '', url = ''] = call.split(' ');
      const address = url.replace(/^P\//, `${LOYALTY}/`).replace(/^C\//, `${CATALOGUE}/`);
      const send = (headers: Readonly<Record<string, string>>) => rig.send(method, address, { headers });
      expect((await send({ 'x-bitbybit-key': tenant.key })).status).not.toBe(401);
      expect((await send({ 'x-bitbybit-key': `${tenant.key}x` })).status).toBe(401);
    },
  );
});
