import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RequireScope } from '../../../auth/access.js';
import { ErasePersonalDataCommand } from '../../../customers/erase-personal-data/erase-personal-data.command.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';

@Controller(LOYALTY)
export class ErasePersonalDataController {
  constructor(private readonly commands: CommandBus) {}

  @Delete('customers/:customerId/personal-data')
  @HttpCode(204)
  @RequireScope('points:write')
  @Describe({
    summary: 'Erase what is personal of a customer',
    description:
      'Name, addresses, document, tier, tags, and the notes, metadata and idempotency keys of all entries. The points and the proof of them stay, under the customer id. May be repeated.',
    operationId: 'erasePersonalData',
    answers: { 204: { description: 'Nothing personal is kept any more.' } },
  })
  async erase(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Call() { companyId }: CallContext,
  ): Promise<void> {
    await this.commands.execute(new ErasePersonalDataCommand(companyId, customerId));
  }
}
