import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readEpoch } from '#ledger';
import { SigningKey } from '#platform';
import { exportLedger, type ExportOptions } from '../../apps/cli/src/audit/export/export-ledger.js';
import { LedgerImport, type Imported } from '../../apps/cli/src/audit/export/import-ledger.js';
import { readManifest, type Manifest } from '../../apps/cli/src/audit/export/manifest.js';
import { runCli } from '../e2e/cli/cli-rig.js';
import { earn } from '../support/ledger/ledger-rig.js';
import { AuditRig } from './audit-rig.js';

let rig: AuditRig;
let folder: string;

beforeAll(async () => {
  rig = await AuditRig.open();
  for (const n of [1, 2, 3, 4, 5, 6, 7]) await rig.redeemed(1 + (n % 3), `c${n}`);
});
afterAll(() => rig.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function exported(change: Partial<ExportOptions> = {}): Promise<Manifest> {
  await rig.settled();
  return exportLedger({
    pool: rig.pool,
    folder,
    content: 'events',
    lines: 'ndjson',
    companyId: undefined,
    checkpoint: undefined,
    now: await readEpoch(rig.pool),
    partEvents: 10,
    onProgress: () => undefined,
    ...change,
  });
}

async function imported(key = rig.key): Promise<Imported> {
  const manifest = await readManifest(folder);
  return new LedgerImport(folder, manifest!).run(key.publicKey, () => undefined);
}

async function balancesInDatabase(): Promise<unknown> {
  const { rows } = await rig.pool.query(
    `SELECT company_id AS "companyId", count(*)::int AS streams, sum(available)::text AS available,
            sum(reserved)::text AS reserved, sum(burned)::text AS burned, sum(expired)::text AS expired
       FROM wallet GROUP BY 1 ORDER BY 1`,
  );
  return rows;
}

describe('An export', () => {
  it('folds without a database to the same balances and the same root', async () => {
    const sealed = await rig.seal({ evenIfUnchanged: true });
    const { checkpoint } = sealed!.stored;
    const manifest = await exported({ checkpoint: sealed!.stored });
    const found = await imported();
    expect(found.findings).toEqual([]);
    expect(found.balances).toEqual(await balancesInDatabase());
    expect([found.root, manifest.root]).toEqual([checkpoint.root, checkpoint.root]);
    expect(found).toMatchObject({ events: Number(checkpoint.events), streams: 7, checkpoint: String(checkpoint.id) });
  });

  it('is what a checkpoint sealed, whatever was written since, and a company’s part leads to its root', async () => {
    const sealed = await rig.seal({ evenIfUnchanged: true });
    const walletId = await rig.ledger.walletWith(2, 'since', 5n);
    await rig.ledger.run(2, walletId, earn(1n));
    await exported({ checkpoint: sealed!.stored, companyId: 2 });
    const found = await imported();
    expect(found).toMatchObject({ findings: [], balances: [{ companyId: 2 }], checkpoint: expect.any(String) });
    expect(found.root).not.toBe(sealed!.stored.checkpoint.root);
    expect((await imported(SigningKey.parse('07'.repeat(31) + '08'))).findings).toMatchObject([
      { where: 'checkpoint' },
    ]);
  });

  it('is gone on with where it was interrupted, as of the same moment', async () => {
    let pages = 0;
    const pool = new Proxy(rig.pool, {
      get: (target, name) => {
        if (name !== 'query') return Reflect.get(target, name) as unknown;
        return async (query: { text: string; values: unknown[] }) => {
          if (++pages === 3) throw new Error('the connection was lost');
          return target.query({ ...query, values: query.values.with(-1, 10) });
        };
      },
    });
    await expect(exported({ pool })).rejects.toThrow('the connection was lost');
    const half = (await readManifest(folder))!;
    expect(half).toMatchObject({ complete: false, parts: [{ events: 10 }, { events: 10 }] });
    expect((await imported()).findings).toMatchObject([{ found: 'one that was interrupted' }]);

    await rig.ledger.walletWith(1, 'after the moment', 5n);
    const whole = await exported();
    expect(whole.parts.slice(0, 2)).toEqual(half.parts);
    expect(whole).toMatchObject({ complete: true, boundary: half.boundary });
    expect((await imported()).findings).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(await exported()).toEqual(whole);
    await expect(exported({ companyId: 1 })).rejects.toThrow('holds another export');
  });

  it.each([
    ['a byte of an event', (text: string) => text.replace('"points":"100"', '"points":"900"')],
    [
      'a hash',
      (text: string) =>
        text.replace(/("hash":")(.)/, (_, name: string, digit: string) => name + (digit === '0' ? '1' : '0')),
    ],
    ['a line that is gone', (text: string) => text.slice(text.indexOf('\n') + 1)],
    [
      'lines that changed places',
      (text: string) =>
        text
          .split('\n')
          .toSpliced(0, 2, ...text.split('\n').slice(0, 2).reverse())
          .join('\n'),
    ],
    ['a line that is none', (text: string) => `{}\n${text}`],
  ])('that was changed is found out: %s', async (_, change) => {
    const { parts } = await exported({ partEvents: 10_000 });
    const file = join(folder, parts[0]!.file);
    const text = await readFile(file, 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    await writeFile(file, changed);
    const { findings } = await imported();
    expect(findings.map(({ where }) => where)).toContain(parts[0]!.file);
    expect(findings.length).toBeGreaterThan(1);
  });

  it('of postings sums to zero, and to the wallets', async () => {
    const { parts } = await exported({ content: 'postings', lines: 'csv', partEvents: 100_000 });
    const [heading, ...rows] = (await readFile(join(folder, parts[0]!.file), 'utf8')).trimEnd().split('\n');
    expect(heading).toBe('company_id,wallet_id,version,event_id,type,occurred_at,redemption_id,account,points');
    const sums = new Map<string, bigint>();
    let all = 0n;
    for (const row of rows) {
      const cells = row.split(',');
      const points = BigInt(cells[8]!);
      all += points;
      sums.set(cells[7]!, (sums.get(cells[7]!) ?? 0n) + points);
    }
    expect(all).toBe(0n);
    const { rows: wallets } = await rig.pool.query<{ a: string; b: string }>(
      'SELECT sum(available)::text AS a, sum(burned)::text AS b FROM wallet',
    );
    expect([sums.get('available'), sums.get('burned')].map(String)).toEqual([wallets[0]!.a, wallets[0]!.b]);
  });
});

describe('The command line', () => {
  it('imports what was exported without any database, and says by its exit code what it found', async () => {
    await exported({ partEvents: 10_000 });
    const env = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
    const good = await runCli(['audit', 'import', folder, '--json'], env);
    expect([good.exitCode, good.err]).toEqual([0, '']);
    expect((JSON.parse(good.out) as Imported).balances).toEqual(await balancesInDatabase());
    const file = join(folder, 'part-00001.ndjson');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"points":"100"', '"points":"900"'));
    const bad = await runCli(['audit', 'import', folder], env);
    expect(bad.exitCode).toBe(2);
    expect(bad.out).toContain('hash_chain');
    const none = await runCli(['audit', 'import', join(folder, 'nothing')], env);
    expect([none.exitCode, none.err]).toEqual([1, expect.stringContaining('no manifest.json')]);
  });
});
