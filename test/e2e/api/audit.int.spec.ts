import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sealCheckpoint, type RedemptionProof } from '#ledger';
import { createLogger, createPool, PublicKey, Secret, sha256, SigningKey, UNLIMITED } from '#platform';
import type {
  CheckpointsAnswer,
  FeedAnswer,
  WalletAtAnswer,
} from '../../../apps/api/src/dialects/bitbybit/audit-schemas.js';
import type { ErrorEnvelope } from '../../../apps/api/src/http/error-envelope.js';
import { until } from '../../support/until.js';
import { ApiRig, type Answer, type Tenant } from './api-rig.js';

let rig: ApiRig;
let shop: Tenant;
let auditor: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open();
  await rig.startWorker();
  shop = await rig.tenant('Shop');
  auditor = { id: shop.id, key: await rig.key(shop.id, ['audit:read']) };
});
afterAll(() => rig.close());

async function feed(query = ''): Promise<Answer<FeedAnswer & ErrorEnvelope>> {
  return (await rig.read(auditor, `/ledger/events${query}`)) as Answer<FeedAnswer & ErrorEnvelope>;
}

/** Everything there is, page by page, from a cursor on; waits until `count` events have become visible. */
async function readOn(count: number, from = '', limit = 3): Promise<{ events: FeedAnswer['data']; cursor: string }> {
  const events: FeedAnswer['data'] = [];
  let cursor = from;
  while (events.length < count) {
    const { body } = await feed(`?limit=${limit}&wait=5${cursor === '' ? '' : `&cursor=${cursor}`}`);
    events.push(...body.data);
    cursor = body.pagination.nextCursor;
  }
  return { events, cursor };
}

describe('A balance at a time', () => {
  it('is what the newest event up to then left', async () => {
    await rig.earn(shop, 'past', 500);
    await rig.earn(shop, 'past', 200);
    await rig.redeem(shop, 'past', { pointsCost: 50 });
    const { data } = await rig.history(shop, 'past', '?limit=100');
    for (const { occurredAt } of data) {
      const { body } = await rig.read(auditor, `/customers/past/wallet?at=${occurredAt}`);
      const found = (body as { data: WalletAtAnswer }).data;
      // Those of one append share their time: the last of them counts.
      const last = data.find((entry) => entry.occurredAt === occurredAt)!;
      expect(found).toMatchObject({ availablePoints: last.availableAfter, reservedPoints: last.reservedAfter });
    }
    const { body: now } = await rig.read(auditor, `/customers/past/wallet?at=2099-01-01T00:00:00%2B02:00`);
    expect(now).toMatchObject({ data: { availablePoints: '650', reservedPoints: '0', lifetimeBurnedPoints: '50' } });
    const { body: before } = await rig.read(auditor, '/customers/past/wallet?at=2001-01-01T00:00:00Z');
    expect(before).toMatchObject({ data: { availablePoints: '0', version: '0', since: null } });
  });

  it('is refused for what is no time, and unknown for a customer who is', async () => {
    for (const at of ['yesterday', '', '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '9999-01-01T00:00:00Z']) {
      expect([at, (await rig.read(auditor, `/customers/past/wallet?at=${at}`)).status]).toEqual([at, 400]);
    }
    expect((await rig.read(auditor, '/customers/nobody/wallet?at=2026-01-01T00:00:00Z')).status).toBe(404);
  });
});

describe('The feed of a company', () => {
  it('has every event once, each wallet’s in its order, and goes on where a page ended', async () => {
    for (const customer of ['f1', 'f2', 'f3']) {
      await rig.earn(shop, customer, 300);
      await rig.redeem(shop, customer);
    }
    const other = await rig.tenant('Other');
    await rig.earn(other, 'f1', 7);
    const { rows } = await rig.pool.query<{ id: string }>('SELECT event_id AS id FROM event WHERE company_id = $1', [
      shop.id,
    ]);
    const { events, cursor } = await readOn(rows.length);
    expect(events.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
    const versions = new Map<string, bigint>();
    for (const { walletId, version } of events) {
      expect(BigInt(version)).toBe((versions.get(walletId) ?? 0n) + 1n);
      versions.set(walletId, BigInt(version));
    }
    expect(JSON.stringify(events)).not.toContain('cipher');
    const end = await feed(`?cursor=${cursor}`);
    expect(end.body).toMatchObject({ data: [], pagination: { hasMore: false, nextCursor: cursor } });
  });

  it('holds an answer back until something happens', async () => {
    const { cursor } = await readOn(1, '', 1_000);
    const waiting = feed(`?cursor=${cursor}&wait=30`);
    await rig.earn(shop, 'f1', 1);
    expect((await waiting).body.data).toMatchObject([{ type: 'PointsEarned', data: { points: '1' } }]);
  });

  it('refuses a cursor of another history, and what is none', async () => {
    const { cursor } = await readOn(1, '', 1_000);
    const [, epoch, transaction, position, hash] = Buffer.from(cursor, 'base64url').toString().split('/');
    const made = (...parts: (string | undefined)[]): string =>
      Buffer.from(['1', ...parts].join('/')).toString('base64url');
    expect((await feed(`?cursor=${made(epoch, transaction, position, hash)}`)).status).toBe(200);
    for (const gone of [
      // Another server or timeline; an event that was lost; another event in its place.
      made(`1${epoch}`, transaction, position, hash),
      made(epoch, transaction, `${BigInt(position!) + 1_000n}`, hash),
      made(epoch, transaction, position, 'ab'.repeat(8)),
    ]) {
      const { status, body } = await feed(`?cursor=${gone}`);
      expect([status, body.error.code]).toEqual([410, 'CURSOR_GONE']);
    }
    for (const bad of ['x', made(epoch, '9'.repeat(20), position, hash), made(epoch, transaction)]) {
      expect((await feed(`?cursor=${bad}`)).status).toBe(400);
    }
    expect((await feed('?wait=61')).status).toBe(400);
    expect((await feed('?limit=1001')).status).toBe(400);
  });
});

describe('Checkpoints and proofs', () => {
  it('are there once the ledger is sealed', async () => {
    await rig.earn(shop, 'sealed', 500);
    const { body: redeemed } = await rig.redeem(shop, 'sealed');
    const path = `/audit/redemptions/${redeemed.data.redemption.id}/proof`;
    const early = await rig.read(auditor, path);
    expect([early.status, early.body]).toMatchObject([409, { error: { code: 'NOT_SEALED' } }]);

    const key = SigningKey.parse('05'.repeat(31) + '06');
    const pool = createPool(
      { url: new Secret(rig.connectionString), poolMax: 1 },
      {
        applicationName: 'test',
        logger: createLogger({ app: 'test', level: 'silent' }),
        limits: UNLIMITED,
        byIndexOnly: true,
      },
    );
    let proof = early;
    await until(async () => {
      await sealCheckpoint({ pool, digest: sha256, key, evenIfUnchanged: true });
      proof = await rig.read(auditor, path);
      return proof.status === 200;
    });
    await pool.end();
    const { checkpoint, events } = (proof.body as { data: RedemptionProof }).data;
    expect(events.length).toBeGreaterThan(3);

    const page = (await rig.read(auditor, '/audit/checkpoints?limit=1')).body as CheckpointsAnswer;
    const [newest] = page.data;
    expect(newest).toMatchObject({ keyId: key.publicKey.id, root: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const verified = PublicKey.parse(newest!.publicKey).verifies(
      newest!.body,
      Buffer.from(newest!.signature, 'base64'),
    );
    expect(verified).toBe(true);
    expect(checkpoint).toEqual({ body: newest!.body, signature: newest!.signature, publicKey: newest!.publicKey });
    const below = (await rig.read(auditor, '/audit/checkpoints?before=1')).body as CheckpointsAnswer;
    expect(below).toEqual({ data: [], pagination: { limit: 20, hasMore: false, nextBefore: null } });
    expect((await rig.read(auditor, '/audit/checkpoints?before=x')).status).toBe(400);
  });
});
