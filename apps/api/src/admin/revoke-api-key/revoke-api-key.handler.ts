import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { revokeApiKey } from '#platform/companies';
import { PrismaClient } from '#platform/prisma';
import { ApiKeyDirectory } from '../../auth/api-key-directory.js';
import { notFound } from '../../http/api-error.js';
import { RevokeApiKeyCommand } from './revoke-api-key.command.js';

@CommandHandler(RevokeApiKeyCommand)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKeyCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly directory: ApiKeyDirectory,
  ) {}

  async execute({ companyId, keyId }: RevokeApiKeyCommand): Promise<void> {
    const revoked = await revokeApiKey(this.prisma, companyId, keyId);
    if (revoked === undefined) throw notFound();
    this.directory.forget(companyId, revoked.prefix);
  }
}
