import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../prisma/generated/client.js';

export type { PrismaClient };

/**
 * Prisma on the process's own pool, for reads and for administration; the ledger's statements go through the pool itself. No interactive
 * transactions: they hold a connection across the process's own thinking. Ending it leaves the pool open.
 */
export function createPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}
