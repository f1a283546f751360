import { openLedger, SettlementWatcher, type LedgerObserver, type OpenLedger } from '#ledger';
import { createPool, VoucherCodes, type Logger, type ServiceConfig } from '#platform';
import { createPrisma, type PrismaClient } from '#platform/prisma';

const APPLICATION_NAME = 'holdfast-api';

/** Everything below HTTP that the API stands on. */
export interface Engine extends Pick<OpenLedger, 'ledger' | 'wallets' | 'reader' | 'sagaWork'> {
  readonly config: ServiceConfig;
  readonly logger: Logger;
  readonly prisma: PrismaClient;
  readonly watcher: SettlementWatcher;
  readonly voucherCodes: VoucherCodes;
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
  return {
    ...open,
    config,
    logger,
    prisma,
    watcher,
    voucherCodes: new VoucherCodes(config.encryptionKeys),
    async close() {
      await watcher.close();
      await open.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
