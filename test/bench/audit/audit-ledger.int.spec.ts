import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../../support/index.js';
import { advance, openRig, request, voucher, type LedgerRig } from '../../support/ledger/ledger-rig.js';
import type { SettledAnswer } from '../scenario/scenario.js';
import { auditLedger, type AuditOrder, type AuditReport } from './audit-ledger.js';

const CODE = 'ABCD-EFGH';
const EARNED = 1000n;

/** What a person with access to the database, or a mistake of ours, could do; and what the audit must say to it. */
const tamperings: readonly (readonly [invariant: string, sql: string])[] = [
  ['each hash covers the bytes and the hash before', `UPDATE event SET hash = sha256(hash) WHERE version = 2`],
  [
    'each hash covers the bytes and the hash before',
    `UPDATE event SET body = replace(body, '"points":"1000"', '"points":"9000"') WHERE type = 'PointsEarned'`,
  ],
  [
    'the balances after an event are the fold of all before',
    `UPDATE event SET body = replace(body, '"points":"1000"', '"points":"9000"') WHERE type = 'PointsEarned'`,
  ],
  ['stored bytes are canonical', `UPDATE event SET body = body || ' ' WHERE version = 2`],
  ['a stream can be read and folded', `UPDATE event SET body = 'gone' WHERE version = 2`],
  ['versions of a stream have no gap', `DELETE FROM event WHERE version = 2`],
  [
    'columns are copies of the bytes',
    `UPDATE event SET occurred_at = occurred_at + interval '1 microsecond' WHERE version = 2`,
  ],
  ['columns are copies of the bytes', `UPDATE event SET points_delta = 5 WHERE type = 'PointsReserved'`],
  ['time never runs backwards in a stream', `UPDATE event SET occurred_at = now() + interval '1 h' WHERE version = 1`],
  [
    '(transaction id, position) is the order of the stream',
    `UPDATE event SET transaction_id = pg_current_xact_id() WHERE version = 1`,
  ],
  ['wallet rows are the fold', `UPDATE wallet SET available = available + 1, earned = earned + 1`],
  ['wallet rows hold the newest hash', `UPDATE wallet SET head_hash = sha256(head_hash)`],
  ['each stream has its wallet row', `DELETE FROM wallet`],
  ['each redemption has its wallet', `DELETE FROM wallet`],
  ['each wallet row has its stream', `DELETE FROM event`],
  ['redemption rows are the fold', `UPDATE redemption SET status = 'reserved'`],
  ['each redemption of a stream has its row', `DELETE FROM redemption`],
  [
    'each redemption row has its events',
    `INSERT INTO redemption SELECT company_id, gen_random_uuid(), wallet_id, status, reward_option_id, points_committed,
       points_reversed, requested_at, first_version, last_entry_version, state, settled FROM redemption`,
  ],
];

describe('Audit of a ledger', () => {
  let db: TestDatabase;
  let rig: LedgerRig;
  let client: pg.Client;
  let answer: SettledAnswer;

  beforeAll(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
    const walletId = await rig.walletWith(1, 'customer-0', EARNED);
    const { redemptionId } = await redeemed(walletId);
    answer = { redemptionId, customerId: 'customer-0', voucherCode: CODE };
    client = new pg.Client({ connectionString: db.connectionString });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await rig.stop();
    await db.drop();
  });

  async function redeemed(walletId: string) {
    const wish = request(10n);
    await rig.run(1, walletId, wish);
    await rig.run(1, walletId, advance(wish.redemptionId, voucher(CODE)));
    return wish;
  }

  /** The audit of the ledger as it is after the change, which is then undone. */
  async function auditAfter(sql: string, order: Partial<AuditOrder> = {}): Promise<AuditReport> {
    await client.query('BEGIN');
    try {
      // As a superuser who has turned the triggers off: the events' own refuses all of this.
      await client.query('SET LOCAL session_replication_role = replica');
      await client.query(sql);
      return await auditLedger(client, { answers: [answer], earned: EARNED, ...order });
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it('has no findings where nothing was touched, and has read everything', async () => {
    const report = await auditLedger(client, { answers: [answer], earned: EARNED });
    expect(report).toEqual({ wallets: 1, events: 6, redemptions: 1, answers: 1, findingsTotal: 0, findings: [] });
  });

  it.each(tamperings)('finds broken that %s: %s', async (invariant, sql) => {
    const { findings, findingsTotal } = await auditAfter(sql);
    expect(findingsTotal).toBeGreaterThan(0);
    expect(findings.map((finding) => finding.invariant)).toContain(invariant);
  });

  it.each<readonly [string, Partial<SettledAnswer>]>([
    ['what was answered as settled is in the ledger', { redemptionId: '01a00000-0000-7000-8000-000000000000' }],
    ['what was answered belongs to the caller’s customer', { customerId: 'customer-1' }],
    ['the code that was answered is the one on record', { voucherCode: 'ABCD-WRNG' }],
    ['the code that was answered is the one on record', { voucherCode: '' }],
  ])('compares answers with the ledger: %s', async (invariant, change) => {
    const { findings } = await auditLedger(client, { answers: [{ ...answer, ...change }] });
    expect(findings.map((finding) => finding.invariant)).toEqual([invariant]);
  });

  it('finds two requests that were answered with one redemption', async () => {
    const { findings } = await auditLedger(client, { answers: [answer, answer] });
    expect(findings.map((finding) => finding.invariant)).toEqual(['each request has a redemption of its own']);
  });

  it('finds an earn that was acknowledged and is not there', async () => {
    const { findings } = await auditLedger(client, { answers: [], earned: EARNED * 2n });
    expect(findings.map((finding) => finding.invariant)).toEqual(['each acknowledged earn is in the ledger, once']);
  });

  it('finds an answered redemption that never got its voucher, and that it has not come to an end', async () => {
    const walletId = await rig.walletWith(1, 'customer-2', EARNED);
    const wish = request(10n);
    await rig.run(1, walletId, wish);
    const open = { redemptionId: wish.redemptionId, customerId: 'customer-2', voucherCode: CODE };
    const { findings } = await auditLedger(client, { answers: [open] });
    expect(findings.map((finding) => finding.invariant)).toEqual([
      'every redemption comes to an end',
      'what was answered as settled is committed',
      'what was answered as settled has its voucher',
      'the code that was answered is the one on record',
    ]);
    await rig.run(1, walletId, advance(wish.redemptionId, voucher(CODE)));
  });

  it('finds a code that was handed out twice', async () => {
    const walletId = await rig.walletWith(1, 'customer-3', EARNED);
    const { redemptionId } = await redeemed(walletId);
    const second = { redemptionId, customerId: 'customer-3', voucherCode: CODE };
    const { findings } = await auditLedger(client, { answers: [answer, second] });
    expect(findings.map((finding) => finding.invariant)).toEqual(['no code is handed out twice']);
  });
});
