import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import {
  AuditReader,
  CompanyFeed,
  CodeOwners,
  CustomerFinder,
  DialectIds,
  Ledger,
  Orders,
  RedemptionReader,
  Refunds,
  SagaWork,
  SettlementWatcher,
  Wallets,
} from '#ledger';
import { VoucherCodes } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { ApiKeyDirectory } from '../auth/api-key-directory.js';
import { Companies } from '../companies/companies.js';
import { VoucherProviders } from '../companies/voucher-providers.js';
import { Metrics } from '../metrics/metrics.js';
import type { Engine } from './engine.js';
import { CONFIG, LOGGER } from './tokens.js';

/** Puts the engine's parts where constructors can ask for them. They are opened and closed by whoever opened the engine. */
@Global()
@Module({})
export class EngineModule {
  static with(engine: Engine, metrics: Metrics): DynamicModule {
    const parts: Provider[] = [
      { provide: CONFIG, useValue: engine.config },
      { provide: LOGGER, useValue: engine.logger },
      { provide: PrismaClient, useValue: engine.prisma },
      { provide: Ledger, useValue: engine.ledger },
      { provide: Wallets, useValue: engine.wallets },
      { provide: RedemptionReader, useValue: engine.reader },
      { provide: CodeOwners, useValue: engine.codeOwners },
      { provide: CustomerFinder, useValue: engine.customers },
      { provide: DialectIds, useValue: engine.dialectIds },
      { provide: Orders, useValue: engine.orders },
      { provide: Refunds, useValue: engine.refunds },
      { provide: SagaWork, useValue: engine.sagaWork },
      { provide: SettlementWatcher, useValue: engine.watcher },
      { provide: CompanyFeed, useValue: engine.feed },
      { provide: AuditReader, useValue: engine.audit },
      { provide: VoucherCodes, useValue: engine.voucherCodes },
      { provide: Metrics, useValue: metrics },
      ApiKeyDirectory,
      Companies,
      VoucherProviders,
    ];
    return { module: EngineModule, providers: parts, exports: parts };
  }
}
