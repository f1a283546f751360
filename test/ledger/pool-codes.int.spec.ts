import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing, uuidV7, VoucherCodes } from '#platform';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, openRig, request, TEST_KEYS, type LedgerRig } from '../support/ledger/ledger-rig.js';

const COMPANY = 1;
const codes = new VoucherCodes(KeyRing.parse(TEST_KEYS));

describe('A pool of codes', () => {
  let db: TestDatabase;
  let first: LedgerRig;
  let second: LedgerRig;

  beforeAll(async () => {
    db = await createTestDatabase();
    first = openRig(db.connectionString, { ledger: { groupMax: 7 } });
    second = openRig(db.connectionString, { ledger: { groupMax: 7 } });
  });
  afterAll(async () => {
    await first.stop();
    await second.stop();
    await db.drop();
  });

  it('hands each code out once, under concurrency, and says when none is left', async () => {
    await fill('once', 40);
    const ids = await requested('once', 60);
    const done = await Promise.all(
      ids.map(({ wallet, id }, i) => untilDecided(i % 2 === 0 ? first : second, wallet, id)),
    );
    expect(count(done, 'committed')).toBe(40);
    expect(count(done, 'out_of_stock')).toBe(20);
    const views = await first.reader.views(ids.map(({ id }) => ({ companyId: COMPANY, redemptionId: id })));
    const plain = views.flatMap(({ redemption: { id, voucher } }) =>
      voucher.code === undefined
        ? []
        : [codes.openCode({ companyId: COMPANY, redemptionId: id, sealed: voucher.code })],
    );
    expect(new Set(plain).size).toBe(40);
    expect(await left('once')).toBe(0);
  });

  it('keeps its code when the points are not there', async () => {
    await fill('kept', 1);
    const wallet = await first.walletWith(COMPANY, 'poor', 1n);
    const asked = requestFrom('kept', 5n);
    await first.run(COMPANY, wallet, asked);
    const { redemption } = (await first.run(COMPANY, wallet, advance(asked.redemptionId))) as never as Settled;
    expect(redemption).toMatchObject({ status: 'failed', failureReason: 'insufficient_points' });
    expect(await left('kept')).toBe(1);
  });

  it('passes over a code that a caller has brought meanwhile', async () => {
    await fill('brought', 2);
    const wallet = await first.walletWith(COMPANY, 'brings', 1n);
    const redemptionId = uuidV7();
    const code = codes.sealCode({ companyId: COMPANY, redemptionId, code: 'BROUGHT-0' });
    const callerVoucher = { code, externalId: undefined, provider: undefined };
    await first.run(COMPANY, wallet, request(1n, { redemptionId, provider: undefined, callerVoucher }));
    expect(await untilDecided(first, wallet, redemptionId)).toBe('committed');
    const ids = await requested('brought', 2);
    const done: string[] = [];
    for (const { wallet, id } of ids) done.push(await untilDecided(first, wallet, id));
    expect(done).toEqual(['committed', 'out_of_stock']);
    expect(await left('brought')).toBe(1);
  });

  it('is busy, not empty, while another transaction has its last code in hand', async () => {
    await fill('busy', 1);
    const [one] = await requested('busy', 1);
    const other = new pg.Client({ connectionString: db.connectionString });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`SELECT FROM pool_code WHERE provider = 'busy' FOR UPDATE`);
    const meanwhile = await first.run(COMPANY, one!.wallet, advance(one!.id));
    expect(meanwhile).toMatchObject({ outcome: 'unchanged', redemption: { status: 'requested' } });
    await other.query('ROLLBACK');
    await other.end();
    expect(await untilDecided(first, one!.wallet, one!.id)).toBe('committed');
  });

  async function fill(provider: string, howMany: number): Promise<void> {
    for (let i = 0; i < howMany; i++) {
      const id = uuidV7();
      const sealed = codes.sealCode({ companyId: COMPANY, redemptionId: id, code: `${provider.toUpperCase()}-${i}` });
      await first.pool.query(
        `INSERT INTO pool_code (company_id, provider, digest, id, cipher, key_id, last4) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [COMPANY, provider, sealed.digest, id, sealed.cipher, sealed.keyId, sealed.last4],
      );
    }
  }

  async function requested(provider: string, howMany: number): Promise<{ wallet: string; id: string }[]> {
    const wallets = await Promise.all(
      Array.from({ length: 5 }, (_, i) => first.walletWith(COMPANY, `${provider}-${i}`, 1000n)),
    );
    const asked = Array.from({ length: howMany }, (_, i) => ({
      wallet: wallets[i % wallets.length] as string,
      command: requestFrom(provider, 1n),
    }));
    await Promise.all(asked.map(({ wallet, command }) => first.run(COMPANY, wallet, command)));
    return asked.map(({ wallet, command }) => ({ wallet, id: command.redemptionId }));
  }

  async function left(provider: string): Promise<number> {
    const { rows } = await first.pool.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM pool_code WHERE provider = $1',
      [provider],
    );
    return rows[0]?.n ?? -1;
  }
});

interface Settled {
  readonly outcome: string;
  readonly redemption: { readonly status: string; readonly failureReason?: string };
}

function requestFrom(name: string, points: bigint) {
  const redemptionId = uuidV7();
  const provider = { ...request(1n).provider!, name, kind: 'pool', key: redemptionId };
  return request(points, { redemptionId, provider });
}

/** A pool may be busy for a moment; the worker asks again, and so do we. */
async function untilDecided(rig: LedgerRig, wallet: string, id: string): Promise<string> {
  for (;;) {
    const { redemption } = (await rig.run(COMPANY, wallet, advance(id))) as never as Settled;
    if (redemption.status !== 'requested') return redemption.failureReason ?? redemption.status;
  }
}

function count(outcomes: readonly string[], wanted: string): number {
  return outcomes.filter((outcome) => outcome === wanted).length;
}
