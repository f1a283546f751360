import type { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

type PrismaPgAdapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** What Prisma's schema engine talks to: the adapter for node-postgres, with what the engine needs and it lacks. */
export class SchemaEngineAdapter implements SqlDriverAdapter {
  readonly provider = 'postgres' as const;
  readonly adapterName: string;

  constructor(
    private readonly adapter: PrismaPgAdapter,
    private readonly pool: pg.Pool,
    private readonly onDispose: () => Promise<void>,
  ) {
    this.adapterName = adapter.adapterName;
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    const result = await this.adapter.queryRaw(query);
    const columnTypes = result.columnTypes.map((type) =>
      type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return this.adapter.executeRaw(query);
  }

  /**
   * Sends the script whole, as the native engine does. Prisma's adapter cuts it at every semicolon, those inside function bodies and
   * literals too, and a failure would leave the session inside the script's transaction.
   */
  async executeScript(script: string): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(script);
      client.release();
    } catch (error) {
      client.release(true);
      throw error instanceof pg.DatabaseError ? asAdapterError(error) : error;
    }
  }

  startTransaction(): never {
    throw new Error('The schema engine is not expected to open transactions of its own.');
  }

  getConnectionInfo() {
    return this.adapter.getConnectionInfo();
  }

  dispose(): Promise<void> {
    return this.onDispose();
  }
}

function asAdapterError(error: pg.DatabaseError): DriverAdapterError {
  const { code = 'N/A', severity = 'ERROR', message, detail, column, hint } = error;
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
