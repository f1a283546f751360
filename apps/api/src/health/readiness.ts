import { Inject, Injectable } from '@nestjs/common';
import { SagaWork } from '#ledger';
import type { Logger } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { LOGGER } from '../engine/tokens.js';
import { knownMigrations } from './known-migrations.js';

export interface ReadinessReport {
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: {
    readonly database: 'ok' | 'unreachable';
    readonly migrations: 'ok' | 'missing' | 'unknown';
    /** The API never speaks to the queue: it sees its trouble, or the worker's, by work that nobody takes up. */
    readonly queue: 'ok' | 'late' | 'unknown';
  };
}

/** Work that has been due for this long says that no worker takes it up. */
const LATE_MS = 10_000;

@Injectable()
export class Readiness {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly sagaWork: SagaWork,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async report(): Promise<ReadinessReport> {
    try {
      if (!(await this.#isMigrated())) {
        return { status: 'unavailable', checks: { database: 'ok', migrations: 'missing', queue: 'unknown' } };
      }
      const late = (await this.sagaWork.overdueMs()) > LATE_MS;
      return {
        status: late ? 'degraded' : 'ok',
        checks: { database: 'ok', migrations: 'ok', queue: late ? 'late' : 'ok' },
      };
    } catch (error) {
      this.logger.warn({ err: error }, 'The database cannot be reached; this process is not ready.');
      return { status: 'unavailable', checks: { database: 'unreachable', migrations: 'unknown', queue: 'unknown' } };
    }
  }

  /** Whether every migration this program was built with has been applied whole. */
  async #isMigrated(): Promise<boolean> {
    const [{ exists } = { exists: false }] = await this.prisma.$queryRaw<{ exists: boolean }[]>`
      SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`;
    if (!exists) return false;
    const applied = await this.prisma.$queryRaw<{ name: string }[]>`
      SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
    const names = new Set(applied.map(({ name }) => name));
    return knownMigrations().every((name) => names.has(name));
  }
}
