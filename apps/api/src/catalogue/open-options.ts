import { Injectable } from '@nestjs/common';
import type { RewardOption } from '#domain';
import { PrismaClient } from '#platform/prisma';
import { optionOf } from './stored-option.js';

/** The options that can be redeemed at this moment, in the order of their ids. */
@Injectable()
export class OpenOptions {
  constructor(private readonly prisma: PrismaClient) {}

  async list(companyId: number): Promise<readonly RewardOption[]> {
    const now = new Date();
    const rows = await this.prisma.rewardOption.findMany({
      where: {
        companyId,
        disabledAt: null,
        AND: [
          { OR: [{ startsAt: null }, { startsAt: { lte: now } }] },
          { OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
        ],
      },
      orderBy: { id: 'asc' },
    });
    return rows.map(optionOf);
  }
}
