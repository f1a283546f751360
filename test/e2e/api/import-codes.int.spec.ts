import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing, VoucherCodes } from '#platform';
import { ImportCodesCommand } from '../../../apps/api/src/admin/import-codes/import-codes.command.js';
import { ImportCodesHandler } from '../../../apps/api/src/admin/import-codes/import-codes.handler.js';
import { ApiRig, type Answer, type Tenant } from './api-rig.js';

const FIRST_KEY = 'a:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const SECOND_KEY = 'b:11112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open({ ENCRYPTION_KEY: `${SECOND_KEY},${FIRST_KEY}`, OUTGOING_ALLOW_PRIVATE: 'false' });
  shop = await rig.tenant();
  await rig.earn(shop, 'c1', 10_000);
  await rig.startWorker();
});
afterAll(() => rig.close());

async function pool(name: string, kind = 'pool'): Promise<void> {
  const { status } = await rig.admin('PUT', `/companies/${shop.id}/voucher-providers/${name}`, { kind, config: {} });
  expect(status).toBe(200);
}

function send(name: string, codes: unknown, companyId = shop.id): Promise<Answer> {
  return rig.admin('POST', `/companies/${companyId}/voucher-providers/${name}/codes`, { codes });
}

async function rows(where: string): Promise<string> {
  const found = await rig.pool.query<{ text: string }>(
    `SELECT coalesce(json_agg(x)::text, '') AS text FROM ${where} x`,
  );
  return found.rows[0]?.text ?? '';
}

describe('Importing codes into a pool', () => {
  it('counts what is new and what is known, and keeps no code in the clear', async () => {
    await pool('spring');
    const first = await send('spring', ['SPRING-ONE', 'SPRING-TWO', 'SPRING-ONE']);
    expect([first.status, first.body]).toEqual([200, { data: { imported: 2, duplicates: 1, left: 2 } }]);
    const again = await send('spring', ['SPRING-TWO', 'SPRING-THREE']);
    expect(again.body).toEqual({ data: { imported: 1, duplicates: 1, left: 3 } });
    const stored = await rows('pool_code');
    expect(stored).not.toContain('SPRING-');
    expect(stored).toContain('"key_id":"b"');
  });

  it('hands each out once, and never takes one back in', async () => {
    await pool('summer');
    const codes = ['SUMMER-1', 'SUMMER-2', 'SUMMER-3'];
    await send('summer', codes);
    const redeemed = await Promise.all(codes.map(() => rig.redeem(shop, 'c1', { voucherProvider: 'summer' })));
    expect(redeemed.map(({ body }) => body.data.redemption.voucherCode).sort()).toEqual(codes);
    const dry = await rig.redeem(shop, 'c1', { voucherProvider: 'summer' });
    expect([dry.status, dry.body.error.code]).toEqual([422, 'OUT_OF_STOCK']);
    expect((await send('summer', [...codes, 'SUMMER-4'])).body).toEqual({
      data: { imported: 1, duplicates: 3, left: 1 },
    });
  });

  it('passes over a code that stands in another pool of the company, but not in another company’s', async () => {
    await pool('autumn');
    await pool('winter');
    await send('autumn', ['LEAF']);
    expect((await send('winter', ['LEAF', 'SNOW'])).body).toEqual({ data: { imported: 1, duplicates: 1, left: 1 } });
    const other = await rig.tenant();
    await rig.admin('PUT', `/companies/${other.id}/voucher-providers/autumn`, { kind: 'pool' });
    expect((await send('autumn', ['LEAF'], other.id)).body).toMatchObject({ data: { imported: 1, duplicates: 0 } });
  });

  it('knows codes that were sealed under a key that has since been rotated', async () => {
    await pool('old');
    const before = new ImportCodesHandler(rig.engine.prisma, new VoucherCodes(KeyRing.parse(FIRST_KEY)));
    expect(await before.execute(new ImportCodesCommand(shop.id, 'old', ['OLD-1', 'OLD-2']))).toMatchObject({
      imported: 2,
    });
    expect((await send('old', ['OLD-1', 'OLD-3'])).body).toEqual({ data: { imported: 1, duplicates: 1, left: 3 } });
  });

  it('takes ten thousand of the longest codes at once, and the same file from two sides once', async () => {
    await pool('large');
    const codes = Array.from({ length: 10_000 }, (_, index) => `${index}`.padStart(256, '€'));
    const answers = await Promise.all([send('large', codes), send('large', codes)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const imported = answers.map(({ body }) => (body as { data: { imported: number } }).data.imported);
    expect(imported.reduce((sum, each) => sum + each, 0)).toBe(10_000);
    expect((await send('large', [...codes, 'ONE-MORE'])).status).toBe(400);
  });

  it('raises the limit of a body for nobody else', async () => {
    const huge = { name: 'x'.repeat(2_000_000) };
    expect((await rig.admin('POST', '/companies', huge)).status).toBe(413);
  });

  it.each([[[]], [['']], [['x'.repeat(257)]], [['tab\there']], [['half\ud83d']], [[7]], ['CODE'], [undefined]])(
    'refuses %j',
    async (codes) => {
      await pool('strict');
      const { status, body } = await send('strict', codes);
      expect([status, body]).toMatchObject([400, { error: { code: 'VALIDATION_ERROR' } }]);
    },
  );

  it('is for pools alone', async () => {
    await pool('other', 'generated');
    expect((await send('other', ['A'])).status).toBe(400);
    expect((await send('nowhere', ['A'])).status).toBe(404);
    expect((await send('spring', ['A'], 999)).status).toBe(404);
  });
});

describe('A provider outside', () => {
  const put = (config: object) =>
    rig.admin('PUT', `/companies/${shop.id}/voucher-providers/outside`, { kind: 'http', config });
  const canary = 'canary-4711';

  it('is kept with its secrets sealed, and the same again is no new version', async () => {
    const config = { baseUrl: 'https://vouchers.example.com', headers: { authorization: canary } };
    const first = await put(config);
    expect(first.body).toMatchObject({ data: { version: '1', kind: 'http' } });
    expect((await put(config)).body).toMatchObject({ data: { version: '1' } });
    expect((await put({ ...config, headers: { authorization: 'another' } })).body).toMatchObject({
      data: { version: '2' },
    });
    expect(JSON.stringify(first.body)).not.toContain(canary);
    expect(await rows('voucher_provider')).not.toContain(canary);
  });

  it.each(['http://vouchers.example.com', 'https://127.0.0.1'])('may not lie at %s', async (url) => {
    const { status, body } = await put({ baseUrl: url });
    expect([status, body]).toMatchObject([400, { error: { code: 'VALIDATION_ERROR' } }]);
  });
});
