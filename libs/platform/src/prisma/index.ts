export { createPrisma } from './create-prisma.js';
export type { RewardOption } from './generated/client.js';
export { Prisma, PrismaClient } from './generated/client.js';
