import { Body, Controller, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../../../auth/access.js';
import { PutCustomerCommand } from '../../../customers/put-customer/put-customer.command.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';
import { customerBody, customerSchema, type CustomerAnswer, type CustomerBody } from './put-customer.schema.js';

@Controller(LOYALTY)
export class PutCustomerController {
  constructor(private readonly commands: CommandBus) {}

  @Put('customers/:customerId')
  @RequireScope('points:write')
  @Describe({
    summary: 'Create or update a customer and the wallet',
    description: 'What is left out stays as it is; null takes it away.',
    operationId: 'putCustomer',
    answers: {
      200: { description: 'Updated.', schema: customerSchema },
      201: { description: 'Created.', schema: customerSchema },
    },
  })
  async put(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Body({ schema: customerBody }) profile: CustomerBody,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerAnswer> {
    const { customer, created } = await this.commands.execute(new PutCustomerCommand(call, customerId, profile));
    if (created) reply.code(201);
    const { createdAt, updatedAt, tags, ...rest } = customer;
    return {
      data: { ...rest, tags: [...tags], createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() },
    };
  }
}
