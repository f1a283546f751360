import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findEmbeddedPostgres } from '#platform/embedded-postgres';
import { startProgram, type RunningProgram } from '../../support/running-program.js';

const REDEMPTIONS = 200;
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
  /** What callers were told before the kill, by idempotency key. */
  const acknowledged = new Map<string, Answer>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-crash-'));
    program = await startProgram({ dataDir: path.join(folder, '.data') });
    for (let i = 0; i < CUSTOMERS; i++) {
      const earned = await call(`customers/c${i}/points/earn`, { points: 1000, idempotencyKey: `earn-${i}` });
      expect(earned.status).toBe(200);
    }
    const inFlight = Array.from({ length: REDEMPTIONS }, (_, i) =>
      redeem(i).then(
        (answer) => void acknowledged.set(`key-${i}`, answer),
        // The connection broke: the caller knows nothing, and asks again below.
        () => undefined,
      ),
    );
    while (acknowledged.size < REDEMPTIONS / 4) await sleep(1);
    await program.kill();
    await Promise.all(inFlight);
    // As in a folder of an earlier version, whose services had no role of their own.
    await rm(path.join(folder, '.data', 'postgres-service-password'));
    program = await startProgram({ dataDir: path.join(folder, '.data') });
  }, 180_000);

  afterAll(async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('was in the middle of it', () => {
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(acknowledged.size).toBeLessThan(REDEMPTIONS);
  });

  it('holds every acknowledged answer: same id, same code', async () => {
    for (const [key, { status, id, code }] of acknowledged) {
      expect({ key, status }).toEqual({ key, status: 200 });
      const { body } = await call(`redemptions/${id}`);
      const { status: now, voucherCode } = body.data as { status: string; voucherCode: string };
      expect({ key, now, voucherCode }).toEqual({ key, now: 'committed', voucherCode: code });
    }
  });

  it('ends every redemption right: a repeat under its key answers with one voucher', async () => {
    const answers = await Promise.all(Array.from({ length: REDEMPTIONS }, (_, i) => redeem(i)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(REDEMPTIONS);
    expect(new Set(answers.map(({ code }) => code)).size).toBe(REDEMPTIONS);
    answers.forEach(({ id, code }, i) => {
      const before = acknowledged.get(`key-${i}`);
      if (before !== undefined) expect({ id, code }).toEqual({ id: before.id, code: before.code });
    });
  });

  it('leaves the points what they were, less what was redeemed', async () => {
    const each = REDEMPTIONS / CUSTOMERS;
    for (let i = 0; i < CUSTOMERS; i++) {
      const { body } = await call(`customers/c${i}/wallet`);
      expect(body.data).toMatchObject({
        availablePoints: `${1000 - each * COST}`,
        reservedPoints: '0',
        lifetimeBurnedPoints: `${each * COST}`,
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
