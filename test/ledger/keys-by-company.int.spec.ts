import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/index.js';

interface Index {
  readonly table: string;
  readonly index: string;
  readonly unique: boolean;
  readonly first: string | null;
}

/** Every index there is, with its first column; null where that is an expression. */
const READ_INDEXES = `
  SELECT t.relname AS table, i.relname AS index, x.indisunique AS unique, a.attname AS first
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class t ON t.oid = x.indrelid
  JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
  LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
  ORDER BY 1, 2`;

/** Tables that belong to no company: small ones, which are the same wherever they are read. */
const OF_NO_COMPANY = ['_prisma_migrations', 'checkpoint', 'company', 'encryption_key'];

/** Indexes over all companies, none of them unique: what is due, or was cut off, is looked for whoever's it is. */
const OVER_ALL = ['purchase_order_refund_unfinished', 'purchase_order_unfinished', 'saga_work_due_at_idx'];

describe('The keys of the schema', () => {
  let database: TestDatabase;
  let indexes: readonly Index[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.connectionString });
    await client.connect();
    indexes = (await client.query<Index>(READ_INDEXES)).rows;
    await client.end();
  });
  afterAll(() => database.drop());

  const other = () => indexes.filter(({ first }) => first !== 'company_id');
  const elsewhere = () => other().filter(({ table }) => !OF_NO_COMPANY.includes(table));

  it('begin with the company, all that are unique: so no two companies ever share one', () => {
    expect(indexes.filter(({ unique }) => unique).length).toBeGreaterThan(25);
    expect(elsewhere().filter(({ unique }) => unique)).toEqual([]);
  });

  it('begin with the company in every other index, but for those that are asked over all companies', () => {
    expect(
      elsewhere()
        .map(({ index }) => index)
        .sort(),
    ).toEqual(OVER_ALL);
  });

  it('are the tables’ own only where they belong to no company', () => {
    expect([...new Set(other().map(({ table }) => table))].filter((table) => OF_NO_COMPANY.includes(table))).toEqual(
      OF_NO_COMPANY,
    );
  });

  it('there are for every table', async () => {
    const client = new pg.Client({ connectionString: database.connectionString });
    await client.connect();
    const { rows } = await client.query<{ table: string }>(
      `SELECT tablename AS table FROM pg_tables WHERE schemaname = 'public'`,
    );
    await client.end();
    const keyed = new Set(indexes.filter(({ unique }) => unique).map(({ table }) => table));
    expect(rows.map(({ table }) => table).filter((table) => !keyed.has(table))).toEqual([]);
  });
});
