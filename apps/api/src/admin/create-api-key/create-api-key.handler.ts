import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { generateApiKey, hashApiKey, uuidV7 } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { CreateApiKeyCommand, type CreatedApiKey } from './create-api-key.command.js';

@CommandHandler(CreateApiKeyCommand)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKeyCommand> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId, name, scopes }: CreateApiKeyCommand): Promise<CreatedApiKey> {
    const company = await this.prisma.company.findUnique({ where: { id: companyId }, select: { id: true } });
    if (company === null) throw notFound();
    const { text, prefix } = generateApiKey(companyId);
    const id = uuidV7();
    const key = await this.prisma.apiKey.create({
      data: { companyId, id, prefix, hash: hashApiKey(text), name, scopes: [...new Set(scopes)] },
      select: { id: true, name: true, scopes: true },
    });
    return { ...key, apiKey: text };
  }
}
