import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerCommand } from '#ledger';
import { uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import type { Settled } from '../support/ledger/ledger-process-messages.js';
import {
  advance,
  earn,
  key,
  ledgerCommand,
  openRig,
  request,
  voucher,
  type LedgerRig,
} from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';
import { BEGIN_TOGETHER_MS, startLedgerProcesses, type LedgerProcess } from './ledger-processes.js';

const COMPANY = 1;
const PROCESSES = 4;

describe('Several processes, each with a ledger, on one database', () => {
  let db: TestDatabase;
  let rig: LedgerRig;
  let processes: readonly LedgerProcess[];

  beforeAll(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
    processes = await startLedgerProcesses(PROCESSES, db.connectionString);
  });

  afterAll(async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await rig.stop();
    await db.drop();
  });

  /** Deals the commands out to all processes, which begin at one moment. */
  async function executeEverywhere(commands: readonly LedgerCommand[]): Promise<readonly Settled[]> {
    const beginAtMs = Date.now() + BEGIN_TOGETHER_MS;
    const hands = processes.map((_, index) => commands.filter((__, at) => at % processes.length === index));
    const answers = await Promise.all(processes.map((process, i) => process.execute(hands[i]!, beginAtMs)));
    return answers.flat();
  }

  it('turn 200 simultaneous redemptions of a wallet that can pay for 50 into exactly 50 holds', async () => {
    const walletId = await rig.walletWith(COMPANY, 'pays-for-fifty', 500n);
    const requests = Array.from({ length: 200 }, () => request(10n, { deduction: 'order' }));

    const opened = await executeEverywhere(
      requests.map((one) => ledgerCommand(COMPANY, walletId, one, { key: key(uuidV7()) })),
    );
    const advanced = await executeEverywhere(
      requests.map(({ redemptionId }) =>
        ledgerCommand(COMPANY, walletId, advance(redemptionId, voucher(redemptionId))),
      ),
    );

    expect(tally(opened)).toEqual({ written: 200 });
    expect(tally(advanced)).toEqual({ written: 200 });
    const loaded = await rig.reader.load(requests.map(({ redemptionId }) => ({ companyId: COMPANY, redemptionId })));
    const ends = loaded.map(({ redemption: r }) => r.failureReason ?? r.status);
    expect(count(ends)).toEqual({ reserved: 50, insufficient_points: 150 });
    expect(await rig.reader.wallet(COMPANY, walletId)).toMatchObject({
      available: 0n,
      reserved: 500n,
      lifetimeEarned: 500n,
    });
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('give one key that is sent for two wallets at once to one of them', async () => {
    const wallets = await Promise.all(['left', 'right'].map((name) => rig.walletWith(COMPANY, name, 1_000n)));
    const rounds = Array.from({ length: 150 }, (_, round) => key(`contested-${round}`));
    const commands = rounds.flatMap((contested, round) =>
      Array.from({ length: PROCESSES }, (_, i) =>
        ledgerCommand(COMPANY, wallets[(i + round) % 2]!, request(1n), { key: contested }),
      ),
    );

    const answers = await executeEverywhere(commands);

    // Of the two wallets, the owner's second bearer is a repeat; both bearers of the other are refused.
    expect(tally(answers)).toEqual({ written: 150, repeated: 150, IDEMPOTENCY_KEY_REUSED: 300 });
    const { rows } = await rig.pool.query<{ owners: string }>(
      `SELECT count(*) AS owners FROM event WHERE wallet_id = ANY($1) AND type = 'RedemptionRequested'`,
      [wallets],
    );
    expect(rows).toEqual([{ owners: '150' }]);
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('write a key with two different commands once, and refuse the other command', async () => {
    const walletId = await rig.walletWith(COMPANY, 'two-commands', 0n);
    const commands = Array.from({ length: 50 }, (_, round) =>
      [1n, 2n].map((points) =>
        ledgerCommand(COMPANY, walletId, earn(points), { key: key(`differs-${round}`, `earn ${points}`) }),
      ),
    ).flat();

    const answers = await executeEverywhere(commands);

    expect(tally(answers)).toEqual({ written: 50, IDEMPOTENCY_KEY_REUSED: 50 });
  });

  it('claim the same keys in opposite orders without waiting for each other in a circle', async () => {
    const wallets = await Promise.all(processes.map((_, i) => rig.walletWith(COMPANY, `circle-${i}`, 0n)));
    for (let round = 0; round < 12; round++) {
      const keys = Array.from({ length: 60 }, (_, i) => key(`circle-${round}-${i}`));
      const beginAtMs = Date.now() + BEGIN_TOGETHER_MS;
      const answers = await Promise.all(
        processes.map((process, i) => {
          const inOrder = i % 2 === 0 ? keys : keys.toReversed();
          return process.execute(
            inOrder.map((one) => ledgerCommand(COMPANY, wallets[i]!, earn(1n), { key: one })),
            beginAtMs,
          );
        }),
      );
      expect(tally(answers.flat())).toEqual({ written: 60, IDEMPOTENCY_KEY_REUSED: 180 });
    }
    const { rows } = await rig.pool.query(`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`);
    expect(rows).toEqual([{ deadlocks: '0' }]);
  });

  it('answer 64 simultaneous requests with one key by one redemption', async () => {
    for (let round = 0; round < 10; round++) {
      const walletId = await rig.walletWith(COMPANY, `one-key-${round}`, 100n);
      const one = key(`one-key-${round}`);
      const commands = Array.from({ length: 64 }, () => ledgerCommand(COMPANY, walletId, request(5n), { key: one }));

      const answers = await executeEverywhere(commands);

      expect(tally(answers)).toEqual({ written: 1, repeated: 63 });
      expect(new Set(answers.map(redemptionIdOf)).size).toBe(1);
      expect((await rig.reader.wallet(COMPANY, walletId))?.version).toBe(3n);
    }
  });
});

function tally(answers: readonly Settled[]): Readonly<Record<string, number>> {
  return count(answers.map((answer) => ('executed' in answer ? answer.executed.outcome : answer.code)));
}

function count(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function redemptionIdOf(answer: Settled): string | undefined {
  if (!('executed' in answer)) return undefined;
  return answer.executed.outcome === 'repeated' ? answer.executed.redemptionId : answer.executed.redemption?.id;
}
