import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findEmbeddedPostgres } from '#platform/embedded-postgres';
import { startProgram, type RunningProgram } from '../../support/running-program.js';

const IN_FLIGHT = 200;
const COST = 3;
const CUSTOMERS = 20;

interface Answer {
  readonly status: number;
  readonly id: string;
  readonly code: string | null;
}

describe('The whole program, killed with 200 redemptions in flight', () => {
  let folder: string;
  let program: RunningProgram;
  /** How many redemptions the callers have begun; the index of each makes its idempotency key. */
  let begun = 0;
  /** What callers were told before the kill, by that index. */
  const acknowledged = new Map<number, Answer>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-crash-'));
    program = await startProgram({ dataDir: path.join(folder, '.data') });
    for (let i = 0; i < CUSTOMERS; i++) {
      const earned = await call(`customers/c${i}/points/earn`, { points: 1000, idempotencyKey: `earn-${i}` });
      expect(earned.status).toBe(200);
    }
    const callers = Array.from({ length: IN_FLIGHT }, keepRedeeming);
    while (acknowledged.size < IN_FLIGHT / 4) await sleep(1);
    await program.kill();
    await Promise.all(callers);
    // As in a folder of an earlier version, whose services had no role of their own.
    await rm(path.join(folder, '.data', 'postgres-service-password'));
    program = await startProgram({ dataDir: path.join(folder, '.data') });
  });

  afterAll(async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('was in the middle of it', () => {
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(begun - acknowledged.size).toBe(IN_FLIGHT);
  });

  it('holds every acknowledged answer: same id, same code', async () => {
    for (const [i, { status, id, code }] of acknowledged) {
      expect({ i, status }).toEqual({ i, status: 200 });
      const { body } = await call(`redemptions/${id}`);
      const { status: now, voucherCode } = body.data as { status: string; voucherCode: string };
      expect({ i, now, voucherCode }).toEqual({ i, now: 'committed', voucherCode: code });
    }
  });

  it('ends every redemption right: a repeat under its key answers with one voucher', async () => {
    const answers: Answer[] = [];
    // As many at once as before: more than the API takes in hand would rightly be told to come again.
    while (answers.length < begun) {
      const some = Math.min(IN_FLIGHT, begun - answers.length);
      const from = answers.length;
      answers.push(...(await Promise.all(Array.from({ length: some }, (_, i) => redeem(from + i)))));
    }
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(begun);
    expect(new Set(answers.map(({ code }) => code)).size).toBe(begun);
    answers.forEach(({ id, code }, i) => {
      const before = acknowledged.get(i);
      if (before !== undefined) expect({ id, code }).toEqual({ id: before.id, code: before.code });
    });
  });

  it('leaves the points what they were, less what was redeemed', async () => {
    for (let i = 0; i < CUSTOMERS; i++) {
      const burned = Array.from({ length: begun }).filter((_, index) => index % CUSTOMERS === i).length * COST;
      const { body } = await call(`customers/c${i}/wallet`);
      expect(body.data).toMatchObject({
        availablePoints: `${1000 - burned}`,
        reservedPoints: '0',
        lifetimeBurnedPoints: `${burned}`,
      });
    }
  });

  it('serves under a role that may not change what stands in the ledger', async () => {
    const found = await findEmbeddedPostgres(path.join(folder, '.data'));
    const client = new pg.Client({ connectionString: found?.ownerUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT DISTINCT usename, has_table_privilege(usename, 'event', 'UPDATE, DELETE, TRUNCATE') AS changes
         FROM pg_stat_activity WHERE application_name LIKE 'holdfast-%'`,
    );
    await client.end();
    expect(rows).toEqual([{ usename: 'holdfast_service', changes: false }]);
  });

  /** A caller who redeems again as soon as there is an answer, so there are as many in flight as callers whenever the kill comes. */
  async function keepRedeeming(): Promise<void> {
    for (;;) {
      const i = begun++;
      try {
        acknowledged.set(i, await redeem(i));
      } catch {
        // The connection broke: the caller knows nothing, and asks again below.
        return;
      }
    }
  }

  async function redeem(i: number): Promise<Answer> {
    const { status, body } = await call(`customers/c${i % CUSTOMERS}/redeem`, {
      rewardOptionId: 'coffee',
      rewardName: 'A coffee',
      pointsCost: COST,
      idempotencyKey: `key-${i}`,
    });
    const { id, voucherCode } = (body.data as { redemption: { id: string; voucherCode: string | null } }).redemption;
    return { status, id, code: voucherCode };
  }

  async function call(url: string, json?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${program.loyaltyUrl}/${url}`, {
      headers: { 'x-api-key': program.apiKey, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
});
