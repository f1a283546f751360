import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiKeyMatches, ensureSecrets, parseApiKey } from '#platform';
import { ensureDatabase, startEmbeddedPostgres } from '#platform/embedded-postgres';
import { createEmptyDatabase } from '../../support/index.js';
import { CliRig, runCli } from './cli-rig.js';

let rig: CliRig;

beforeAll(async () => {
  rig = await CliRig.open();
});
afterAll(() => rig.close());

interface Company {
  readonly id: number;
  readonly name: string;
}

describe('Companies', () => {
  it('are opened with a provider of their own, and listed page by page', async () => {
    const bakery = await rig.json<Company>('companies', 'create', 'Bäckerei', '--currency', 'EUR');
    expect(bakery).toEqual({ id: bakery.id, guid: expect.any(String), name: 'Bäckerei', baseCurrency: 'EUR' });
    const { rows } = await rig.ledger.pool.query(
      'SELECT name, kind, version, config, is_default FROM voucher_provider WHERE company_id = $1',
      [bakery.id],
    );
    expect(rows).toEqual([
      { name: 'generated', kind: 'generated', version: '1', config: { prefix: '' }, is_default: true },
    ]);
    const first = await rig.json<{ companies: Company[]; next: number }>('companies', 'list', '--limit', '1');
    expect([first.companies.map(({ name }) => name), first.next]).toEqual([['Corner Shop'], rig.companyId]);
    expect(await rig.json('companies', 'list', '--after', `${first.next}`)).toMatchObject({
      companies: [{ id: bakery.id, name: 'Bäckerei', baseCurrency: 'EUR' }],
      next: null,
    });
    expect((await rig.run('companies', 'list')).out).toMatch(
      /^ID +NAME +CURRENCY +OPENED +GUID\n +\d+ +Corner Shop +USD /,
    );
  });

  it('are not opened under keys that the running program lacks', async () => {
    const env = { ENCRYPTION_KEY: `new:${'03'.repeat(31)}cc` };
    const { exitCode, err } = await rig.runWith(env, 'companies', 'create', 'Lost');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('not those of this database')]);
    expect((await rig.run('companies', 'list')).out).not.toContain('Lost');
  });

  it('cannot command the terminal by their names', async () => {
    await rig.run('companies', 'create', 'Evil \u001b[2J');
    expect((await rig.run('companies', 'list')).out).toContain('Evil �[2J');
  });
});

describe('API keys', () => {
  const company = () => ['--company', `${rig.companyId}`];

  it('are made, listed without the key, and revoked for good', async () => {
    const scopes = ['redemptions:write', 'wallets:read'];
    const made = await rig.json<{ id: string; apiKey: string }>(
      ...['keys', 'create', ...company(), '--name', 'till', '--scope', ...scopes],
    );
    expect(made).toMatchObject({ name: 'till', scopes });
    expect(parseApiKey(made.apiKey)?.companyId).toBe(rig.companyId);
    const { rows } = await rig.ledger.pool.query<{ hash: Buffer }>('SELECT hash FROM api_key WHERE id = $1', [made.id]);
    expect(apiKeyMatches(made.apiKey, rows[0]!.hash)).toBe(true);

    const listed = await rig.json<{ keys: object[] }>('keys', 'list', ...company());
    expect(listed.keys).toMatchObject([{ id: made.id, name: 'till', scopes, revokedAt: null }]);
    expect(JSON.stringify(listed)).not.toContain(made.apiKey);

    expect(await rig.json('keys', 'revoke', made.id, ...company())).toMatchObject({ id: made.id });
    const revoked = await rig.json<{ keys: { revokedAt: string }[] }>('keys', 'list', ...company());
    expect(revoked.keys[0]?.revokedAt).toMatch(/^2/);
    await rig.json('keys', 'revoke', made.id, ...company());
    expect(await rig.json('keys', 'list', ...company())).toEqual(revoked);
  });

  it.each([
    [['create', '--company', '999', '--name', 'x', '--scope', 'audit:read'], 'There is no company 999'],
    [['list', '--company', '999'], 'There is no company 999'],
    [['revoke', '0198c0de-0000-7000-8000-000000000000', '--company', '1'], 'Company 1 has no key'],
  ])('%j is refused', async (args, reason) => {
    const { exitCode, out, err } = await rig.run('keys', ...args);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toContain(reason);
    expect(err).toMatch(/^holdfast: .+\n$/);
  });
});

describe('The database', () => {
  it('is migrated; a second time changes nothing', async () => {
    const database = await createEmptyDatabase();
    try {
      const env = { DATABASE_URL: database.connectionString };
      const before = await runCli(['redemptions', 'flagged'], env);
      expect([before.exitCode, before.err]).toEqual([1, expect.stringContaining('npm run holdfast -- migrate')]);
      const first = JSON.parse((await runCli(['migrate', '--json'], env)).out) as { applied: string[] };
      expect(first.applied[0]).toMatch(/_ledger$/);
      expect((await runCli(['migrate'], env)).out).toBe('The database is at this version already.\n');
      expect((await runCli(['redemptions', 'flagged'], env)).out).toBe('No redemption is flagged.\n');
    } finally {
      await database.drop();
    }
  });

  it('is migrated by the role that owns the tables', async () => {
    const database = await createEmptyDatabase();
    try {
      const env = {
        DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:1/x',
        DATABASE_MIGRATE_URL: database.connectionString,
      };
      expect((await runCli(['migrate'], env)).out).toMatch(/^Applied: /);
    } finally {
      await database.drop();
    }
  });

  it.each([[['redemptions', 'flagged']], [['migrate']], [['companies', 'list', '--json']]])(
    'that is out of reach is said to be, without its password: %j',
    async (args) => {
      const { exitCode, out, err } = await runCli(args, { DATABASE_URL: 'postgresql://me:hush@127.0.0.1:1/shop' });
      expect([exitCode, out]).toEqual([1, '']);
      expect(err).toMatch(/^holdfast: The database at 127\.0\.0\.1:1\/shop can't be reached \(ECONNREFUSED\).+\n$/);
    },
  );

  it('that nobody has started is asked for', async () => {
    const { exitCode, err } = await runCli(['redemptions', 'flagged'], {});
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/^holdfast: DATABASE_URL is not set.+npm start.+\n$/)]);
  });

  it('is the embedded one of the data folder, with the keys that are kept there', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'holdfast-cli-'));
    const { encryptionKey } = await ensureSecrets(dataDir);
    const server = await startEmbeddedPostgres({ dataDir });
    try {
      await ensureDatabase(server.connectionString('postgres'), 'holdfast');
      expect((await runCli(['migrate'], { DATA_DIR: dataDir })).exitCode).toBe(0);
      const made = await runCli(['companies', 'create', 'Shop', '--json'], { DATA_DIR: dataDir });
      expect(JSON.parse(made.out)).toMatchObject({ id: 1, name: 'Shop' });
      const named = { DATABASE_URL: server.connectionString(), ENCRYPTION_KEY: encryptionKey.reveal() };
      expect((await runCli(['companies', 'create', 'Other'], named)).exitCode).toBe(0);
    } finally {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('A mistyped command', () => {
  it('is answered with the one that was meant', async () => {
    const { exitCode, err } = await runCli(['redemptions', 'flaged'], {});
    expect([exitCode, err]).toEqual([1, expect.stringContaining('Did you mean flagged?')]);
  });
});
