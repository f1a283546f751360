import { randomUUID } from 'node:crypto';

import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

import { enginePool } from './engine-pool.js';
import { SchemaEngineAdapter } from './schema-engine-adapter.js';

/**
 * The connections of one run of the schema engine: to the database itself, and to shadow databases, made for a comparison and dropped
 * after it. `close` ends them all: the engine leaves its own open, and with it the lock that keeps other migrations waiting.
 */
export class SchemaEngineConnections implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres' as const;
  readonly adapterName = '@prisma/adapter-pg';
  private readonly open = new Set<() => Promise<void>>();

  constructor(private readonly connectionString: string) {}

  connect(): Promise<SchemaEngineAdapter> {
    return this.connectTo(this.connectionString, () => Promise.resolve());
  }

  async connectToShadowDb(): Promise<SchemaEngineAdapter> {
    const database = `holdfast_shadow_${randomUUID()}`;
    await this.onServer((client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`));
    const shadow = new URL(this.connectionString);
    shadow.pathname = `/${database}`;
    return this.connectTo(shadow.href, () =>
      this.onServer((client) =>
        client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`),
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((dispose) => dispose()));
  }

  private async connectTo(connectionString: string, afterwards: () => Promise<void>): Promise<SchemaEngineAdapter> {
    const pool = enginePool(connectionString);
    const dispose = async () => {
      if (!this.open.delete(dispose)) return;
      await pool.end();
      await afterwards();
    };
    this.open.add(dispose);
    return new SchemaEngineAdapter(await new PrismaPg(pool).connect(), pool, dispose);
  }

  private async onServer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const client = new pg.Client({ connectionString: this.connectionString });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
}
