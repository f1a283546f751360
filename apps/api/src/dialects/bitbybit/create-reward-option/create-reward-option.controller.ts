import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RequireScope } from '../../../auth/access.js';
import { PutRewardOptionCommand } from '../../../catalogue/put-reward-option/put-reward-option.command.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { Describe } from '../describe.js';
import { LOYALTY_CATALOGUE } from '../path.js';
import { rewardOptionAnswer, rewardOptionAnswerSchema, type RewardOptionAnswer } from '../reward-option-answer.js';
import { describedOption, rewardOptionBody, type RewardOptionBody } from '../reward-option.schema.js';

@Controller(LOYALTY_CATALOGUE)
export class CreateRewardOptionController {
  constructor(private readonly commands: CommandBus) {}

  @Post('reward-options')
  @HttpCode(201)
  @RequireScope('catalogue:write')
  @Describe({
    summary: 'Put a reward option into the catalogue',
    operationId: 'createRewardOption',
    answers: { 201: { description: 'The option, under its new id.', schema: rewardOptionAnswerSchema } },
  })
  async create(
    @Body({ schema: rewardOptionBody }) body: RewardOptionBody,
    @Call() { companyId }: CallContext,
  ): Promise<{ data: RewardOptionAnswer }> {
    const command = new PutRewardOptionCommand(companyId, undefined, describedOption(body));
    return { data: rewardOptionAnswer(await this.commands.execute(command)) };
  }
}
