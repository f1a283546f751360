import { Injectable } from '@nestjs/common';
import type { RewardOption } from '#domain';
import { PrismaClient } from '#platform/prisma';
import { TimedCache } from '../auth/timed-cache.js';
import { optionOf } from './stored-option.js';

/** A changed option is seen by new redemptions within this time. */
const OPTION_TTL_MS = 1_000;
const OPTIONS_MAX = 10_000;
const OPTION_ID = /^[1-9]\d{0,9}$/;
export const OPTION_ID_MAX = 2 ** 31 - 1;

/** The options that redemptions are asked for by id. */
@Injectable()
export class Catalogue {
  readonly #options: TimedCache<string, RewardOption | undefined>;

  constructor(private readonly prisma: PrismaClient) {
    this.#options = new TimedCache({
      load: (name) => this.#load(name),
      refreshAfterMs: OPTION_TTL_MS / 2,
      expireAfterMs: OPTION_TTL_MS,
      entriesMax: OPTIONS_MAX,
    });
  }

  /** The option of that id, undefined where it is not in the catalogue. A text that can be no id of ours costs no look. */
  find(companyId: number, rewardOptionId: string): RewardOption | undefined | Promise<RewardOption | undefined> {
    if (!OPTION_ID.test(rewardOptionId) || Number(rewardOptionId) > OPTION_ID_MAX) return undefined;
    return this.#options.get(nameOf(companyId, rewardOptionId));
  }

  /** This process sees a change of its own at once; others within a second. */
  forget(companyId: number, optionId: number): void {
    this.#options.forget(nameOf(companyId, String(optionId)));
  }

  async #load(name: string): Promise<RewardOption | undefined> {
    const [companyId = 0, id = 0] = name.split('.').map(Number);
    const row = await this.prisma.rewardOption.findUnique({ where: { companyId_id: { companyId, id } } });
    return row === null ? undefined : optionOf(row);
  }
}

function nameOf(companyId: number, optionId: string): string {
  return `${companyId}.${optionId}`;
}
