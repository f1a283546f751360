import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { KeyRing } from '#platform';
import { holdKeysInUse } from '#platform/companies';
import { createTestDatabase, type TestDatabase } from '../../support/index.js';

const OLD = `old:${'01'.repeat(31)}aa`;
const NEW = `new:${'02'.repeat(31)}bb`;

describe('An encryption key that something was sealed with', () => {
  let db: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    db = await createTestDatabase();
    client = new pg.Client({ connectionString: db.connectionString });
    await client.connect();
    await holdKeysInUse(client, KeyRing.parse(OLD));
  });
  afterAll(async () => {
    await client.end();
    await db.drop();
  });

  it.each(['api', 'worker'])('is missed by the %s, which ends with 1 and one line', async (app) => {
    const { exitCode, err } = await start(app, NEW);
    expect(exitCode).toBe(1);
    expect(err.trim().split('\n')).toEqual([expect.stringContaining('ENCRYPTION_KEY lacks "old"')]);
    expect(await noted()).toEqual(['old']);
  });

  it('may stand behind the new one, which is noted before anything is sealed with it', async () => {
    await holdKeysInUse(client, KeyRing.parse(`${NEW},${OLD}`));
    expect(await noted()).toEqual(['new', 'old']);
    await expect(holdKeysInUse(client, KeyRing.parse(OLD))).rejects.toThrow('"new"');
  });

  async function noted(): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM encryption_key ORDER BY id');
    return rows.map(({ id }) => id);
  }

  async function start(app: string, keys: string): Promise<{ exitCode: number | null; err: string }> {
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: db.connectionString,
      ADMIN_API_KEY: 'an-admin-key-for-the-tests',
      ENCRYPTION_KEY: keys,
      PORT: '0',
    };
    const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
    const child = spawn(process.execPath, [`dist/services/${app}.js`], { env, stdio });
    const exit = once(child, 'exit');
    const err = await text(child.stderr);
    const [exitCode] = (await exit) as [number | null];
    return { exitCode, err };
  }
});
