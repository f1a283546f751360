import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SigningKey } from '#platform';
import type { Imported } from '../../apps/cli/src/audit/export/import-ledger.js';
import { runCli } from '../e2e/cli/cli-rig.js';
import { earn } from '../support/ledger/ledger-rig.js';
import { ExportRig } from './export-rig.js';

let rig: ExportRig;

beforeAll(async () => {
  rig = await ExportRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.makeFolder());
afterEach(() => rig.removeFolder());

async function balancesInDatabase(): Promise<unknown> {
  const { rows } = await rig.audit.pool.query(
    `SELECT company_id AS "companyId", count(*)::int AS streams, sum(available)::text AS available,
            sum(reserved)::text AS reserved, sum(burned)::text AS burned, sum(expired)::text AS expired
       FROM wallet GROUP BY 1 ORDER BY 1`,
  );
  return rows;
}

describe('An export', () => {
  it('folds without a database to the same balances and the same root', async () => {
    const sealed = await rig.audit.seal({ evenIfUnchanged: true });
    const { checkpoint } = sealed!.stored;
    const manifest = await rig.export({ checkpoint: sealed!.stored });
    const found = await rig.import();
    expect(found.findings).toEqual([]);
    expect(found.balances).toEqual(await balancesInDatabase());
    expect([found.root, manifest.root]).toEqual([checkpoint.root, checkpoint.root]);
    expect(found).toMatchObject({ events: Number(checkpoint.events), streams: 7, checkpoint: String(checkpoint.id) });
  });

  it('is what a checkpoint sealed, whatever was written since, and a company’s part leads to its root', async () => {
    const sealed = await rig.audit.seal({ evenIfUnchanged: true });
    const walletId = await rig.audit.ledger.walletWith(2, 'since', 5n);
    await rig.audit.ledger.run(2, walletId, earn(1n));
    await rig.export({ checkpoint: sealed!.stored, companyId: 2 });
    const found = await rig.import();
    expect(found).toMatchObject({ findings: [], balances: [{ companyId: 2 }], checkpoint: expect.any(String) });
    expect(found.root).not.toBe(sealed!.stored.checkpoint.root);
    expect((await rig.import(SigningKey.parse('07'.repeat(31) + '08').publicKey)).findings).toMatchObject([
      { where: 'checkpoint' },
    ]);
  });

  it('is gone on with where it was interrupted, as of the same moment', async () => {
    const half = await rig.exportHalf();
    expect(half).toMatchObject({ complete: false, parts: [{ events: 10 }, { events: 10 }] });
    expect((await rig.import(null)).findings).toMatchObject([{ found: 'one that was interrupted' }]);

    await rig.audit.ledger.walletWith(1, 'after the moment', 5n);
    await expect(rig.export({ companyId: 1 })).rejects.toThrow('holds another export');
    const whole = await rig.export();
    expect(whole.parts.slice(0, 2)).toEqual(half.parts);
    expect(whole).toMatchObject({ complete: true, boundary: half.boundary });
    expect((await rig.import(null)).findings).toEqual([]);
    expect((await readdir(rig.folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
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
    const { parts } = await rig.export({ partEvents: 10_000 });
    await rig.changePart(parts[0]!.file, change);
    const { findings } = await rig.import();
    expect(findings.map(({ where }) => where)).toContain(parts[0]!.file);
    expect(findings.length).toBeGreaterThan(1);
  });

  it('of postings sums to zero, and to the wallets', async () => {
    const { parts } = await rig.export({ content: 'postings', lines: 'csv', partEvents: 100_000 });
    const [heading, ...rows] = (await readFile(join(rig.folder, parts[0]!.file), 'utf8')).trimEnd().split('\n');
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
    const { rows: wallets } = await rig.audit.pool.query<{ a: string; b: string }>(
      'SELECT sum(available)::text AS a, sum(burned)::text AS b FROM wallet',
    );
    expect([sums.get('available'), sums.get('burned')].map(String)).toEqual([wallets[0]!.a, wallets[0]!.b]);
  });
});

describe('The command line', () => {
  it('imports what was exported without any database, and says by its exit code what it found', async () => {
    await rig.export({ partEvents: 10_000 });
    const env = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
    const good = await runCli(['audit', 'import', rig.folder, '--json'], env);
    expect([good.exitCode, good.err]).toEqual([0, '']);
    expect((JSON.parse(good.out) as Imported).balances).toEqual(await balancesInDatabase());
    await rig.changePart('part-00001.ndjson', (text) => text.replace('"points":"100"', '"points":"900"'));
    const bad = await runCli(['audit', 'import', rig.folder], env);
    expect(bad.exitCode).toBe(2);
    expect(bad.out).toContain('hash_chain');
    const none = await runCli(['audit', 'import', join(rig.folder, 'nothing')], env);
    expect([none.exitCode, none.err]).toEqual([1, expect.stringContaining('no manifest.json')]);
  });

  it('goes on as of the checkpoint that was the last one when the export was begun, and not beyond its end', async () => {
    const { stored } = (await rig.audit.seal({ evenIfUnchanged: true }))!;
    const begun = await rig.exportHalf({ checkpoint: stored });
    await rig.audit.seal({ evenIfUnchanged: true });
    const again = ['audit', 'export', '--out', rig.folder, '--checkpoint', 'last', '--json'];
    const env = { DATABASE_URL: rig.audit.connectionString };
    const { exitCode, out, err } = await runCli(again, env);
    expect([exitCode, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ complete: true, checkpoint: begun.checkpoint });
    expect((await rig.import()).findings).toEqual([]);
    const finished = await runCli(again, env);
    expect([finished.exitCode, finished.out]).toEqual([1, '']);
    expect(finished.err).toBe(
      `holdfast: ${rig.folder} holds an export that is complete: take another folder, or empty this one.\n`,
    );
  });
});
