import {
  createNotifier,
  createPool,
  createPrepare,
  sha256,
  uuidV7,
  VoucherCodes,
  type Logger,
  type Notifier,
  type ServiceConfig,
} from '#platform';
import type pg from 'pg';
import { channels } from './channels.js';
import { DecodedRedemptions } from './decoded-redemptions.js';
import { Ledger, type LedgerObserver } from './ledger.js';
import type { CodeOwners } from './orders/code-owners.js';
import { openOrders } from './orders/open-orders.js';
import type { Orders } from './orders/orders.js';
import type { Refunds } from './orders/refunds.js';
import { resealWith } from './reseal.js';
import { DialectIds } from './dialect-ids.js';
import { CustomerFinder } from './read/customer-finder.js';
import { RedemptionReader } from './read/redemption-reader.js';
import { SagaWork } from './saga-work/saga-work.js';
import { Wallets } from './wallets.js';

export interface OpenLedgerDeps {
  readonly config: Pick<ServiceConfig, 'database' | 'ledger' | 'encryptionKeys'>;
  /** The process's pool, for everything but the groups; its statements find rows through indexes (`byIndexOnly`). */
  readonly pool: pg.Pool;
  readonly logger: Logger;
  readonly applicationName: string;
  readonly observer?: LedgerObserver;
}

/** The ledger of a process, with what reads beside it. */
export interface OpenLedger {
  readonly ledger: Ledger;
  readonly wallets: Wallets;
  readonly reader: RedemptionReader;
  readonly sagaWork: SagaWork;
  readonly customers: CustomerFinder;
  readonly dialectIds: DialectIds;
  readonly codeOwners: CodeOwners;
  readonly orders: Orders;
  readonly refunds: Refunds;
  readonly notifier: Notifier;
  /** Finishes what is in line, then closes the groups' connections. The process's pool stays open. */
  close(): Promise<void>;
}

/** Wires the ledger of a process from its settings. */
export function openLedger({ config, pool, logger, applicationName, observer }: OpenLedgerDeps): OpenLedger {
  const { database } = config;
  const { groupBy } = config.ledger;
  const prepare = createPrepare(database);
  const groupPool = createPool(database, {
    applicationName: `${applicationName}-ledger`,
    logger,
    max: config.ledger.lanes,
    pipeline: true,
    byIndexOnly: true,
  });
  const notifier = createNotifier({
    connectionString: database.directUrl,
    logger,
    applicationName: `${applicationName}-notifier`,
  });
  const codes = new VoucherCodes(config.encryptionKeys);
  const decoded = new DecodedRedemptions();
  const ledger = new Ledger({
    ...config.ledger,
    pool: groupPool,
    prepare,
    digest: sha256,
    newId: uuidV7,
    reseal: resealWith(codes),
    decoded,
    logger,
    observer,
    onCommitted: ({ workIsDue, redemptionsSettled }) => {
      if (workIsDue) notifier.notify(channels.sagaWork);
      if (redemptionsSettled) notifier.notify(channels.settled);
    },
  });
  const reader = new RedemptionReader(pool, prepare, decoded, groupBy);
  return {
    ledger,
    wallets: new Wallets({ pool, prepare, digest: sha256, newId: uuidV7, groupBy, logger }),
    reader,
    customers: new CustomerFinder(pool, prepare),
    dialectIds: new DialectIds(pool, prepare),
    ...openOrders({ ledger, reader, pool, prepare, codes }),
    sagaWork: new SagaWork(pool, prepare, groupBy),
    notifier,
    async close() {
      await ledger.close();
      await notifier.close();
      await groupPool.end();
    },
  };
}
