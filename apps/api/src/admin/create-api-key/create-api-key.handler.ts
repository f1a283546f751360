import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { createApiKey, type CreatedApiKey } from '#platform/companies';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { CreateApiKeyCommand } from './create-api-key.command.js';

@CommandHandler(CreateApiKeyCommand)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKeyCommand> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId, name, scopes }: CreateApiKeyCommand): Promise<CreatedApiKey> {
    const created = await createApiKey(this.prisma, companyId, { name, scopes });
    if (created === undefined) throw notFound();
    return created;
  }
}
