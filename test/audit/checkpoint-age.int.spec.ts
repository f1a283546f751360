import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCheckpointAge } from '#ledger';
import { earn } from '../support/ledger/ledger-rig.js';
import { AuditRig } from './audit-rig.js';

const HOUR = 3_600;

let rig: AuditRig;
beforeEach(async () => {
  rig = await AuditRig.open();
});
afterEach(() => rig.close());

async function overdueSeconds(everySeconds: number): Promise<number> {
  return (await readCheckpointAge(rig.pool, everySeconds)).overdueSeconds;
}

describe('A checkpoint is overdue', () => {
  it('never in a ledger to which nothing was written', async () => {
    expect(await readCheckpointAge(rig.pool, 0)).toEqual({ ageSeconds: undefined, overdueSeconds: 0 });
  });

  it('from the first event on, as long as there is none', async () => {
    await rig.redeemed(1, 'a');
    const { ageSeconds, overdueSeconds: seconds } = await readCheckpointAge(rig.pool, HOUR);
    expect(ageSeconds).toBeUndefined();
    expect(seconds).toBeGreaterThan(0);
  });

  it('when its interval is over and something was written since the last, in any company', async () => {
    await rig.redeemed(1, 'a');
    await rig.seal();
    expect(await overdueSeconds(0)).toBe(0);
    await rig.redeemed(7, 'b');
    expect(await overdueSeconds(0)).toBeGreaterThan(0);
    expect(await overdueSeconds(HOUR)).toBe(0);
    expect((await readCheckpointAge(rig.pool, HOUR)).ageSeconds).toBeGreaterThan(0);
  });

  it('not for the time before it was due', async () => {
    const { walletId } = await rig.redeemed(1, 'a');
    await rig.seal();
    await rig.pool.query(`UPDATE checkpoint SET body = regexp_replace(body, '"sealedAt":"[^"]*"', '"sealedAt":"' ||
      to_char((now() - interval '61 minutes') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"')`);
    expect(await overdueSeconds(HOUR)).toBe(0);
    await rig.ledger.run(1, walletId, earn(1n));
    await rig.tamper(`UPDATE event SET occurred_at = occurred_at - interval '30 minutes'`);
    const { ageSeconds, overdueSeconds: seconds } = await readCheckpointAge(rig.pool, HOUR);
    expect(Math.floor(ageSeconds! / 60)).toBe(61);
    expect(Math.floor(seconds / 60)).toBe(1);
  });

  it('when transaction ids have begun anew, until the first one after that', async () => {
    await rig.redeemed(1, 'a');
    await rig.seal();
    await rig.pool.query(`UPDATE checkpoint SET body = replace(body, '"epoch":"', '"epoch":"0')`);
    expect(await overdueSeconds(0)).toBeGreaterThan(0);
  });
});
