import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { idInAddress } from '../../http/fields.js';
import { DescribeAdmin } from '../describe.js';
import { ADMIN, companyId } from '../path.js';
import { RevokeApiKeyCommand } from './revoke-api-key.command.js';

const keyParams = z.object({ id: companyId, keyId: idInAddress });

@Controller(ADMIN)
export class RevokeApiKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Delete('companies/:id/api-keys/:keyId')
  @HttpCode(204)
  @AdminOnly()
  @DescribeAdmin({
    summary: 'Revoke an API key',
    operationId: 'revokeApiKey',
    status: 204,
    description: 'Within a second no process accepts it.',
  })
  async revoke(@Param({ schema: keyParams }) { id, keyId }: z.output<typeof keyParams>): Promise<void> {
    await this.commands.execute(new RevokeApiKeyCommand(id, keyId));
  }
}
