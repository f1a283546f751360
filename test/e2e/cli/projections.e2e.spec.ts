import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CliRig } from './cli-rig.js';

describe('projections rebuild', () => {
  let rig: CliRig;
  let client: pg.Client;

  beforeAll(async () => {
    rig = await CliRig.open();
    for (let i = 0; i < 20; i++) await rig.flagged(`customer-${i}`);
    client = new pg.Client({ connectionString: rig.connectionString });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await rig.close();
  });

  it('folds in threads of its own, mends what was damaged, and an audit finds nothing afterwards', async () => {
    await client.query(
      'UPDATE wallet SET available = available + 1, earned = earned + 1; DELETE FROM flagged_redemption',
    );
    expect((await rig.run('audit', 'verify')).exitCode).toBe(2);
    const report = await rig.json<{ events: number; streams: number }>('projections', 'rebuild');
    const { rows } = await client.query<{ events: number }>('SELECT count(*)::int AS events FROM event');
    expect(report).toMatchObject({ streams: 20, events: rows[0]?.events });
    expect((await rig.run('audit', 'verify')).exitCode).toBe(0);
  });

  it.each(['1', '2'])('ends with what to do where rows can’t be put aside, with %s threads', async (threads) => {
    const there = { TMPDIR: '/nowhere/at/all' };
    const { exitCode, err } = await rig.runWith(there, 'projections', 'rebuild', '--threads', threads);
    expect([exitCode, err]).toEqual([1, expect.stringContaining('Set TMPDIR')]);
  });

  it('takes the names of projections, and says which there are', async () => {
    const { exitCode, err } = await rig.run('projections', 'rebuild', '--name', 'customer');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('voucher_code')]);
    const { out } = await rig.run('projections', 'rebuild', '--name', 'wallet', 'voucher_code', '--threads', '1');
    expect(out).toContain('wallet, voucher_code');
  });
});
