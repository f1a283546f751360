import type { OptionTerms } from '#domain';
import { auditLedger, type AuditReport } from '#ledger';
import { createLogger, Secret } from '#platform';
import pg from 'pg';
import { createTestDatabase } from '../support/index.js';
import { advance, key, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';

/** Tables that a person with the database in hand could change. */
const TABLES = [
  'event',
  'wallet',
  'redemption',
  'command_key',
  'voucher_code',
  'flagged_redemption',
  'dialect_redemption',
  'option_counter',
  'purchase_order',
  'purchase_order_code',
  'saga_work',
  'customer',
] as const;

/** A small honest ledger on a real database, to be tampered with as superuser with triggers off, and made honest again. */
export interface AuditedLedger {
  readonly rig: LedgerRig;
  readonly connectionString: string;
  /** As superuser, triggers and constraints off. */
  readonly client: pg.Client;
  readonly wallets: Readonly<Record<'busy' | 'other' | 'foreign', string>>;
  audit(companyId?: number): Promise<AuditReport>;
  /** Puts every table back as it was when the ledger was made. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

export async function openAuditedLedger(): Promise<AuditedLedger> {
  const db = await createTestDatabase();
  const rig = openRig(db.connectionString);
  const wallets = {
    busy: await rig.walletWith(1, 'busy', 1_000n),
    other: await rig.walletWith(1, 'other', 500n),
    foreign: await rig.walletWith(2, 'busy', 700n),
  };
  for (const [name, companyId] of [
    ['busy', 1],
    ['other', 1],
    ['foreign', 2],
  ] as const) {
    await fill(rig, companyId, wallets[name]);
  }
  const client = new pg.Client({ connectionString: db.connectionString });
  await client.connect();
  await client.query(`SET session_replication_role = replica`);
  for (const table of TABLES) await client.query(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
  const database = {
    url: new Secret(db.connectionString),
    applicationName: 'holdfast-test-audit',
    logger: createLogger({ level: 'silent', app: 'test' }),
  };
  return {
    rig,
    connectionString: db.connectionString,
    client,
    wallets,
    audit: (companyId) => auditLedger({ database, companyId }),
    async restore() {
      await client.query('BEGIN');
      for (const table of TABLES) {
        await client.query(`DELETE FROM ${table}`);
        await client.query(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
      }
      await client.query('COMMIT');
    },
    async drop() {
      await client.end();
      await rig.stop();
      await db.drop();
    },
  };
}

/** Redemptions that were committed at once, by an order, given back, reversed, flagged, refused, and one that waits. */
async function fill(rig: LedgerRig, companyId: number, walletId: string): Promise<void> {
  const ask = async (points: bigint, change: Parameters<typeof request>[1] = {}, name?: string): Promise<string> => {
    const wish = request(points, change);
    await rig.run(companyId, walletId, wish, name === undefined ? {} : { key: key(`${walletId} ${name}`) });
    return wish.redemptionId;
  };
  const issue = (id: string) => rig.run(companyId, walletId, advance(id, voucher(`CODE-${id}`)));

  await issue(await ask(10n, {}, 'first'));
  const ordered = await ask(20n, { deduction: 'order' }, 'second');
  await issue(ordered);
  await rig.pool.query(PLACE_ORDER, [companyId, walletId, ordered]);
  await rig.run(companyId, walletId, {
    type: 'ApplyOrder',
    redemptionId: ordered,
    orderId: 'o-1',
    recoveryId: ordered,
  });
  const released = await ask(30n, { deduction: 'order' });
  await issue(released);
  await rig.run(companyId, walletId, { type: 'ReleaseRedemption', redemptionId: released }, { key: key(released) });
  await issue(released);
  const reversed = await ask(40n);
  await issue(reversed);
  await rig.run(companyId, walletId, { type: 'ReverseRedemption', redemptionId: reversed, points: undefined });
  await issue(reversed);
  const flagged = await ask(50n, { deduction: 'order' });
  await issue(flagged);
  await rig.run(companyId, walletId, { type: 'FlagRedemption', redemptionId: flagged, reason: 'code_ambiguous' });
  await issue(await ask(1_000_000n));
  await issue(await ask(5n, { dialect: 'yotpo', dialectId: nextDialectId++ }));
  await issue(await ask(6n, { terms: { ...TERMS, limits: [{ counter: 'stock:1', max: 100n }] } }));
}

let nextDialectId = 1n;

const TERMS: OptionTerms = {
  currency: 'USD',
  discountType: 'fixed_amount',
  discountValue: '5',
  codePrefix: undefined,
  expiration: undefined,
  limits: [],
  limitsReturnOnRefund: false,
};

/** The order that the redemption is committed for below. */
const PLACE_ORDER = `
  WITH placed AS (
    INSERT INTO purchase_order (company_id, id, customer_id, wallet_id, dialect, total_cents, currency, placed_at)
    VALUES ($1, 'o-1', 'somebody', $2, 'bitbybit', 1000, 'USD', now()) ON CONFLICT DO NOTHING)
  INSERT INTO purchase_order_code (company_id, order_id, redemption_id, recovery_id) VALUES ($1, 'o-1', $3, $3)`;
