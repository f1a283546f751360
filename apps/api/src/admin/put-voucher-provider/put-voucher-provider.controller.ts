import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AdminOnly } from '../../auth/access.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN } from '../path.js';
import { PutVoucherProviderCommand } from './put-voucher-provider.command.js';
import {
  providerBody,
  providerParams,
  providerSchema,
  type ProviderAnswer,
  type ProviderBody,
  type ProviderParams,
} from './put-voucher-provider.schema.js';

@Controller(ADMIN)
export class PutVoucherProviderController {
  constructor(private readonly commands: CommandBus) {}

  @Put('companies/:id/voucher-providers/:name')
  @AdminOnly()
  @DescribeAdmin({
    summary: 'Configure a voucher provider',
    operationId: 'putVoucherProvider',
    status: 200,
    description: 'Its newest version. The same configuration again makes none.',
    schema: providerSchema,
  })
  async put(
    @Param({ schema: providerParams }) { id, name }: ProviderParams,
    @Body({ schema: providerBody }) { kind, config, default: makeDefault }: ProviderBody,
  ): Promise<ProviderAnswer> {
    const command = new PutVoucherProviderCommand(id, name, kind, config, makeDefault);
    const { version, isDefault, ...stored } = await this.commands.execute(command);
    return { data: { ...stored, version: String(version), default: isDefault } };
  }
}
