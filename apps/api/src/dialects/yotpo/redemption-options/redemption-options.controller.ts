import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Obstacle } from '#domain';
import { ListAvailableRewardsQuery } from '../../../catalogue/list-available-rewards/list-available-rewards.query.js';
import { OpenOptions } from '../../../catalogue/open-options.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { YotpoScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeYotpo } from '../describe.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import { discountTypeOf, optionAnswer } from './option-answer.js';
import {
  optionSchema,
  optionsParameters,
  type OptionAnswer,
  type OptionsParameters,
} from './redemption-options.schema.js';

/** What the next point or the next thing in the cart may change. */
const passing: ReadonlySet<Obstacle> = new Set(['insufficient_points', 'purchase_too_small']);

@Controller(YOTPO)
export class YotpoRedemptionOptionsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly options: OpenOptions,
  ) {}

  @Get('redemption_options')
  @YotpoScope('wallets:read')
  @DescribeYotpo({
    summary: 'What points can be redeemed for',
    description: 'With a customer: what this customer may redeem now, whether or not the balance reaches.',
    operationId: 'yotpoListRedemptionOptions',
    query: optionsParameters,
    schema: z.array(optionSchema),
  })
  async list(
    @Parameters(optionsParameters) { discount_type: type, ...others }: OptionsParameters,
    @Call() { companyId }: CallContext,
  ): Promise<readonly OptionAnswer[]> {
    // Every option of ours can be redeemed in a shop and on the net, so `offline` takes none away.
    const { offline: _, ...named } = others;
    const isNamed = Object.values(named).some((value) => value !== undefined);
    const options = isNamed ? await this.#of(companyId, named) : await this.options.list(companyId);
    return options
      .filter((option) => type === undefined || [discountTypeOf(option), option.discount.type].includes(type))
      .map(optionAnswer);
  }

  async #of(companyId: number, named: Omit<OptionsParameters, 'offline' | 'discount_type'>) {
    const { customerId } = await customerOf(this.queries, companyId, named);
    const { rewards } = await this.queries.execute(new ListAvailableRewardsQuery(companyId, customerId, undefined));
    return rewards
      .filter(({ obstacles }) => obstacles.every((obstacle) => passing.has(obstacle)))
      .map(({ option }) => option);
  }
}
