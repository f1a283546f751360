import {
  AuditReader,
  CompanyFeed,
  openLedger,
  readUnfinished,
  SettlementWatcher,
  type LedgerObserver,
  type OpenLedger,
} from '#ledger';
import { createPool, createPrepare, sha256, VoucherCodes, type Logger, type ServiceConfig } from '#platform';
import type { StateFigures } from '#platform/metrics';
import { createPrisma, type PrismaClient } from '#platform/prisma';

const APPLICATION_NAME = 'holdfast-api';

/** Everything below HTTP that the API stands on. */
export interface Engine extends Pick<
  OpenLedger,
  'ledger' | 'wallets' | 'reader' | 'sagaWork' | 'customers' | 'dialectIds' | 'codeOwners' | 'orders' | 'refunds'
> {
  readonly config: ServiceConfig;
  readonly logger: Logger;
  readonly prisma: PrismaClient;
  readonly watcher: SettlementWatcher;
  readonly feed: CompanyFeed;
  readonly audit: AuditReader;
  readonly voucherCodes: VoucherCodes;
  /** How everything stands in the database, for metrics. */
  figures(): Promise<StateFigures>;
  /** Finishes what the ledger has in line, then ends every connection. Call it when no request is left. */
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly config: ServiceConfig;
  readonly logger: Logger;
  readonly observer?: LedgerObserver;
}

export function openEngine({ config, logger, observer }: EngineDeps): Engine {
  const pool = createPool(config.database, { applicationName: APPLICATION_NAME, logger, byIndexOnly: true });
  const prepare = createPrepare(config.database);
  const prisma = createPrisma(pool);
  const open = openLedger({
    config,
    pool,
    logger,
    applicationName: APPLICATION_NAME,
    ...(observer === undefined ? {} : { observer }),
  });
  const watcher = new SettlementWatcher({
    reader: open.reader,
    connectionString: config.database.directUrl,
    logger,
    applicationName: `${APPLICATION_NAME}-listener`,
  });
  const feed = new CompanyFeed({ pool, prepare, logger });
  return {
    ...open,
    config,
    logger,
    prisma,
    watcher,
    feed,
    audit: new AuditReader({ pool, prepare, digest: sha256 }),
    voucherCodes: new VoucherCodes(config.encryptionKeys),
    figures: async () => {
      const [figures, overdueMs] = await Promise.all([readUnfinished(pool, prepare), open.sagaWork.overdueMs()]);
      return { ...figures, overdueSeconds: overdueMs / 1_000 };
    },
    async close() {
      feed.close();
      await watcher.close();
      await open.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
