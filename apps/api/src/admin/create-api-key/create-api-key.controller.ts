import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AdminOnly } from '../../auth/access.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN, companyParams, type CompanyParams } from '../path.js';
import { CreateApiKeyCommand } from './create-api-key.command.js';
import { apiKeyBody, apiKeySchema, type ApiKeyAnswer, type ApiKeyBody } from './create-api-key.schema.js';

@Controller(ADMIN)
export class CreateApiKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Post('companies/:id/api-keys')
  @AdminOnly()
  @DescribeAdmin({
    summary: 'Make an API key',
    operationId: 'createApiKey',
    status: 201,
    description: 'The key, shown this once.',
    schema: apiKeySchema,
  })
  async create(
    @Param({ schema: companyParams }) { id }: CompanyParams,
    @Body({ schema: apiKeyBody }) { name, scopes }: ApiKeyBody,
  ): Promise<ApiKeyAnswer> {
    return { data: await this.commands.execute(new CreateApiKeyCommand(id, name, scopes)) };
  }
}
