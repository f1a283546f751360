import { randomBytes } from 'node:crypto';

import pg from 'pg';

import { testEnvironment } from './test-environment.js';

export interface TestDatabase {
  readonly connectionString: string;
  /** Ends every connection to it and removes it. */
  drop(): Promise<void>;
}

/** A database of this test file's own: a clone of the migrated template, some 30 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createDatabaseFrom(testEnvironment('HOLDFAST_TEST_TEMPLATE'));
}

/** A database without tables, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabaseFrom('template0');
}

async function createDatabaseFrom(template: string): Promise<TestDatabase> {
  const name = `holdfast_test_${randomBytes(8).toString('hex')}`;
  await onServer((client) =>
    client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}`),
  );
  const url = new URL(testEnvironment('HOLDFAST_TEST_SERVER_URL'));
  url.pathname = `/${name}`;
  return {
    connectionString: url.href,
    drop: () =>
      onServer((client) => client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`)),
  };
}

async function onServer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: testEnvironment('HOLDFAST_TEST_SERVER_URL') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
