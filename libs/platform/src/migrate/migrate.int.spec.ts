import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { createEmptyDatabase, type TestDatabase } from '../../../../test/support/index.js';
import { LOCKS_HERE } from '../../../../test/support/locks-here.js';
import { deployMigrations, diffSchemaAgainstMigrations, newMigration } from './index.js';
import { SchemaEngineConnections } from './schema-engine-connections.js';

describe('Migrations', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });

  afterAll(() => database.drop());

  it('are applied once, also when several processes start together, and leave no lock behind', async () => {
    const [first, second, third] = await Promise.all([
      deployMigrations(database.connectionString),
      deployMigrations(database.connectionString),
      deployMigrations(database.connectionString),
    ]);
    const applied = [...first, ...second, ...third];
    expect(applied.length).toBeGreaterThan(0);
    expect(new Set(applied).size).toBe(applied.length);
    expect(await deployMigrations(database.connectionString)).toEqual([]);
    const recorded = await query(
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name',
    );
    expect(recorded).toEqual(applied.sort().map((name) => ({ migration_name: name })));
    expect(await query(`SELECT pid FROM ${LOCKS_HERE} WHERE locktype = 'advisory'`)).toEqual([]);
  });

  it('make what the Prisma schema says, and comparing them leaves no database behind', async () => {
    expect(await diffSchemaAgainstMigrations(database.connectionString)).toBeUndefined();
    expect(await query("SELECT datname FROM pg_database WHERE datname LIKE 'holdfast_shadow_%'")).toEqual([]);
  });

  it('may hold semicolons inside functions and literals, and fail as a whole', async () => {
    const connections = new SchemaEngineConnections(database.connectionString);
    const adapter = await connections.connect();
    try {
      await adapter.executeScript(
        `CREATE FUNCTION half(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN n := n / 2; RETURN n; END $$; SELECT ';';`,
      );
      await expect(
        adapter.executeScript('BEGIN; CREATE TABLE left_over (); SELECT 1 / 0; COMMIT;'),
      ).rejects.toMatchObject({ cause: { code: '22012' } });
    } finally {
      await connections.close();
    }
    expect(await query("SELECT half(8), to_regclass('left_over') AS left_over")).toEqual([
      { half: 4, left_over: null },
    ]);
  });

  it('are named in lower case', async () => {
    await expect(newMigration(database.connectionString, '../Bad')).rejects.toThrow("can't name a migration");
  });

  async function query(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: database.connectionString });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
});
