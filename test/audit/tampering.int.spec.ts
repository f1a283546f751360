import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openAuditedLedger, type AuditedLedger } from './audited-ledger.js';
import { forgeStream } from './forge-stream.js';

/** Each as superuser with triggers off. `w` is the wallet that is tampered with. */
const statements: readonly (readonly [what: string, sql: string, checks: readonly string[]])[] = [
  [
    'a field of an event',
    `UPDATE event SET body = replace(body, '"points":"1000"', '"points":"9000"') WHERE wallet_id = w AND type = 'PointsEarned'`,
    ['hash_chain', 'balances', 'columns'],
  ],
  [
    'a field of an event, its hash recomputed',
    `UPDATE event e SET body = changed.body, hash = sha256(before.hash || convert_to(changed.body, 'UTF8'))
     FROM event before, LATERAL (SELECT replace(e2.body, '"points":"1000"', '"points":"9000"') AS body FROM event e2
       WHERE e2.wallet_id = w AND e2.type = 'PointsEarned') changed
     WHERE e.wallet_id = w AND e.type = 'PointsEarned' AND before.wallet_id = w AND before.version = e.version - 1`,
    ['hash_chain', 'balances'],
  ],
  [
    'the last event removed',
    `DELETE FROM event WHERE wallet_id = w AND version = (SELECT max(version) FROM event WHERE wallet_id = w)`,
    ['wallet_row', 'redemption_row'],
  ],
  ['a stream removed', `DELETE FROM event WHERE wallet_id = w`, ['wallet_row', 'redemption_row', 'command_key_row']],
  [
    'two events swapped',
    `UPDATE event e SET (position, transaction_id, event_id, redemption_id, type, occurred_at, body, hash, available_after,
       reserved_after, burned_after, points_delta) = (SELECT position, transaction_id, event_id, redemption_id, type,
       occurred_at, body, hash, available_after, reserved_after, burned_after, points_delta
       FROM event o WHERE o.wallet_id = e.wallet_id AND o.version = 5 - e.version)
     WHERE wallet_id = w AND version IN (2, 3)`,
    ['hash_chain', 'columns', 'position'],
  ],
  [
    'an event inserted',
    `INSERT INTO event SELECT company_id, wallet_id, version + 100, position + 1000, transaction_id, gen_random_uuid(),
       redemption_id, type, occurred_at, body, hash, available_after, reserved_after, burned_after, points_delta
     FROM event WHERE wallet_id = w AND type = 'PointsEarned'`,
    ['versions', 'hash_chain', 'columns', 'wallet_row'],
  ],
  [
    'a type that differs from the bytes',
    `UPDATE event SET type = 'VoucherUsed' WHERE wallet_id = w AND version = 3`,
    ['columns'],
  ],
  [
    'a time that differs from the bytes',
    `UPDATE event SET occurred_at = occurred_at + interval '1 microsecond' WHERE wallet_id = w AND version = 3`,
    ['columns'],
  ],
  ['a balance column', `UPDATE event SET available_after = 5 WHERE wallet_id = w AND version = 3`, ['columns']],
  ['a column emptied', `UPDATE event SET redemption_id = NULL WHERE wallet_id = w AND version = 3`, ['columns']],
  [
    'a change of points filled in',
    `UPDATE event SET points_delta = 0 WHERE wallet_id = w AND version = 1`,
    ['columns'],
  ],
  ['a cut hash', `UPDATE event SET hash = substring(hash FOR 31) WHERE wallet_id = w AND version = 3`, ['hash_chain']],
  [
    'bytes that are nothing',
    `UPDATE event SET body = '' WHERE wallet_id = w AND version = 3`,
    ['readable', 'hash_chain'],
  ],
  [
    'bytes with tabs and line breaks',
    `UPDATE event SET body = E'\\t\\n\\\\' WHERE wallet_id = w AND version = 3`,
    ['readable'],
  ],
  [
    'a transaction that comes too early',
    `UPDATE event SET transaction_id = '1' WHERE wallet_id = w AND version = 3`,
    ['position'],
  ],
  [
    'a wallet’s balance',
    `UPDATE wallet SET available = available + 1, earned = earned + 1 WHERE id = w`,
    ['wallet_row'],
  ],
  ['a wallet’s newest hash', `UPDATE wallet SET head_hash = sha256(head_hash) WHERE id = w`, ['wallet_row']],
  [
    'a wallet’s last time',
    `UPDATE wallet SET last_entry_at = last_entry_at - interval '1 microsecond' WHERE id = w`,
    ['wallet_row'],
  ],
  ['a wallet given to another customer', `UPDATE wallet SET customer_id = 'other' WHERE id = w`, ['wallet_row']],
  ['a wallet’s row removed', `DELETE FROM wallet WHERE id = w`, ['wallet_row']],
  [
    'a wallet’s row invented',
    `INSERT INTO wallet SELECT company_id, gen_random_uuid(), 'nobody', version, head_hash, available, reserved, burned,
       expired, earned, adjusted_up, adjusted_down, earn_reversed, last_occurred_at, last_entry_at, created_at
     FROM wallet WHERE id = w`,
    ['wallet_row'],
  ],
  [
    'a redemption’s status',
    `UPDATE redemption SET status = 'released' WHERE wallet_id = w AND status = 'committed'`,
    ['redemption_row'],
  ],
  [
    'a redemption’s folded state',
    `UPDATE redemption SET state = replace(state, '"cost":"10"', '"cost":"11"') WHERE wallet_id = w`,
    ['redemption_row'],
  ],
  [
    'a redemption’s row removed',
    `DELETE FROM redemption WHERE wallet_id = w AND status = 'committed'`,
    ['redemption_row', 'voucher_code_row'],
  ],
  [
    'a redemption’s row invented',
    `INSERT INTO redemption SELECT company_id, gen_random_uuid(), wallet_id, status, reward_option_id, points_committed,
       points_reversed, requested_at, first_version, last_entry_version, state, settled FROM redemption WHERE wallet_id = w LIMIT 1`,
    ['redemption_row'],
  ],
  [
    'a redemption said to be under way',
    `UPDATE redemption SET settled = false WHERE wallet_id = w`,
    ['redemption_row'],
  ],
  [
    'a redemption moved to another wallet',
    `UPDATE redemption SET wallet_id = gen_random_uuid() WHERE wallet_id = w`,
    ['redemption_row'],
  ],
  ['a key’s command', `UPDATE command_key SET command_digest = 'x' WHERE wallet_id = w`, ['command_key_row']],
  ['a key removed', `DELETE FROM command_key WHERE wallet_id = w AND version IS NULL`, ['command_key_row']],
  [
    'a key invented',
    `INSERT INTO command_key SELECT company_id, scope, 'invented', command_digest, command_id, wallet_id, redemption_id, version
     FROM command_key WHERE wallet_id = w LIMIT 1`,
    ['command_key_row'],
  ],
  ['a code’s digest', `UPDATE voucher_code SET digest = 'x' WHERE company_id = 1`, ['voucher_code_row']],
  ['a code removed', `DELETE FROM voucher_code WHERE company_id = 1`, ['voucher_code_row']],
  ['a code of no redemption', `INSERT INTO voucher_code VALUES (1, 'x', gen_random_uuid())`, ['voucher_code_row']],
  ['a flag removed', `DELETE FROM flagged_redemption WHERE company_id = 1`, ['flagged_redemption_row']],
  [
    'a flag that nobody raised',
    `INSERT INTO flagged_redemption SELECT company_id, id, now() FROM redemption WHERE wallet_id = w AND status = 'committed'`,
    ['flagged_redemption_row'],
  ],
  ['an order that nobody made', `DELETE FROM purchase_order WHERE company_id = 1`, ['order']],
  [
    'an order that carried another code',
    `UPDATE purchase_order_code SET redemption_id = gen_random_uuid(), recovery_id = gen_random_uuid() WHERE company_id = 1`,
    ['order'],
  ],
  [
    'an order that carried another of the wallet’s codes',
    `UPDATE purchase_order_code c SET redemption_id = another.id, recovery_id = another.id
     FROM redemption r, LATERAL (SELECT id FROM redemption o WHERE o.wallet_id = w AND o.id <> r.id LIMIT 1) another
     WHERE r.company_id = 1 AND r.wallet_id = w AND c.company_id = 1 AND c.redemption_id = r.id`,
    ['order'],
  ],
  [
    'a dialect’s number of a redemption',
    `UPDATE dialect_redemption SET dialect_id = dialect_id + 100 WHERE company_id = 1`,
    ['dialect_redemption_row'],
  ],
  ['a dialect’s number removed', `DELETE FROM dialect_redemption WHERE company_id = 1`, ['dialect_redemption_row']],
  [
    'a dialect’s number invented',
    `INSERT INTO dialect_redemption SELECT company_id, 'yotpo', 999, id FROM redemption WHERE wallet_id = w LIMIT 1`,
    ['dialect_redemption_row'],
  ],
  ['a limit’s counter', `UPDATE option_counter SET taken = taken - 1 WHERE company_id = 1`, ['option_counter_row']],
  ['a limit’s counter removed', `DELETE FROM option_counter WHERE company_id = 1`, ['option_counter_row']],
  ['a limit’s counter invented', `INSERT INTO option_counter VALUES (1, 'stock:2', 1)`, ['option_counter_row']],
  ['work that is forgotten', `DELETE FROM saga_work WHERE wallet_id = w`, ['saga_work_row']],
];

describe('The audit of a ledger', () => {
  let ledger: AuditedLedger;

  beforeAll(async () => {
    ledger = await openAuditedLedger();
  });
  afterEach(() => ledger.restore());
  afterAll(() => ledger.drop());

  async function checksFound(): Promise<readonly string[]> {
    const { findings, findingsTotal } = await ledger.audit();
    expect(findingsTotal).toBe(findings.length);
    expect(findings.filter(({ companyId }) => companyId !== 1)).toEqual([]);
    return findings.map(({ check }) => check);
  }

  it('finds nothing where nothing was touched, and has read everything', async () => {
    const { rows } = await ledger.client.query<{ events: string }>(`SELECT count(*) AS events FROM event`);
    const report = await ledger.audit();
    expect(report).toEqual({ events: Number(rows[0]?.events), streams: 3, findingsTotal: 0, findings: [] });
  });

  it('reads one company alone when asked to', async () => {
    expect(await ledger.audit(2)).toMatchObject({ streams: 1, findingsTotal: 0 });
    expect(await ledger.audit(3)).toEqual({ events: 0, streams: 0, findingsTotal: 0, findings: [] });
  });

  it.each(statements)('finds %s', async (_, sql, checks) => {
    const { rowCount } = await ledger.client.query(sql.replaceAll(/\bw\b/g, `'${ledger.wallets.busy}'`));
    expect(rowCount).toBeGreaterThan(0);
    expect(await checksFound()).toEqual(expect.arrayContaining([...checks]));
  });

  it('finds a stream that was forged and hashed anew from there on, by what its projections remember', async () => {
    await forgeStream(ledger.client, ledger.wallets.busy, (event) =>
      event.type === 'PointsEarned' ? { ...event, data: { ...event.data, referenceId: 'gift' } } : event,
    );
    expect(new Set(await checksFound())).toEqual(new Set(['wallet_row']));
  });

  it('finds a redemption that was committed twice by hand, with hashes and balances to match', async () => {
    await forgeStream(
      ledger.client,
      ledger.wallets.busy,
      (event) => event,
      (events) => events.find(({ type }) => type === 'RedemptionCommitted'),
    );
    expect(await checksFound()).toEqual(expect.arrayContaining(['saga_path', 'wallet_row', 'redemption_row']));
  });

  it('finds a provider key that two redemptions share', async () => {
    await forgeStream(ledger.client, ledger.wallets.busy, (event) =>
      event.type === 'RedemptionRequested' && event.data.provider !== undefined
        ? { ...event, data: { ...event.data, provider: { ...event.data.provider, key: 'one-for-all' } } }
        : event,
    );
    expect(await checksFound()).toContain('provider_key');
  });
});
