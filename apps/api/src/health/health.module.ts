import { Module } from '@nestjs/common';
import { MetricsController } from '../metrics/metrics.controller.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

/** How the program is: for whoever runs it. */
@Module({ controllers: [HealthController, MetricsController], providers: [Readiness] })
export class HealthModule {}
