import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AdminModule } from './admin/admin.module.js';
import { BitbybitModule } from './dialects/bitbybit/bitbybit.module.js';
import { BonifiqModule } from './dialects/bonifiq/bonifiq.module.js';
import { YotpoModule } from './dialects/yotpo/yotpo.module.js';
import { EngineModule } from './engine/engine.module.js';
import type { Engine } from './engine/engine.js';
import { HealthModule } from './health/health.module.js';
import type { Metrics } from './metrics/metrics.js';
import { UseCasesModule } from './use-cases.module.js';

@Module({})
export class ApiModule {
  static with(engine: Engine, metrics: Metrics): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        EngineModule.with(engine, metrics),
        // Only its command and query buses are used: its event bus lives in memory, drops events and never retries.
        CqrsModule.forRoot(),
        UseCasesModule,
        BitbybitModule,
        YotpoModule,
        BonifiqModule,
        AdminModule,
        HealthModule,
      ],
    };
  }
}
