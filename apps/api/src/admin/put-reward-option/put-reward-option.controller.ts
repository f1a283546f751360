import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { PutRewardOptionCommand } from '../../catalogue/put-reward-option/put-reward-option.command.js';
import {
  rewardOptionAnswer,
  rewardOptionAnswerSchema,
  type RewardOptionAnswer,
} from '../../dialects/bitbybit/reward-option-answer.js';
import {
  describedOption,
  ownRewardOptionBody,
  type OwnRewardOptionBody,
} from '../../dialects/bitbybit/reward-option.schema.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN, companyId } from '../path.js';

/** Option ids are integers as companies' are. */
const optionParams = z.object({ id: companyId, optionId: companyId });
type OptionParams = z.output<typeof optionParams>;

@Controller(ADMIN)
export class PutRewardOptionController {
  constructor(private readonly commands: CommandBus) {}

  @Put('companies/:id/reward-options/:optionId')
  @AdminOnly()
  @DescribeAdmin({
    summary: 'Replace what a reward option is, or take it off the shelf with `disabled`',
    operationId: 'putRewardOption',
    status: 200,
    description: 'The option as it is now. What was redeemed before keeps its terms.',
    schema: rewardOptionAnswerSchema,
  })
  async put(
    @Param({ schema: optionParams }) { id, optionId }: OptionParams,
    @Body({ schema: ownRewardOptionBody }) body: OwnRewardOptionBody,
  ): Promise<{ data: RewardOptionAnswer }> {
    const command = new PutRewardOptionCommand(id, optionId, describedOption(body, body.disabled));
    return { data: rewardOptionAnswer(await this.commands.execute(command)) };
  }
}
