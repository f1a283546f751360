import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
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

  /** Revoking twice keeps the first time. */
  async execute({ companyId, keyId }: RevokeApiKeyCommand): Promise<void> {
    const key = await this.prisma.apiKey.findUnique({ where: { companyId_id: { companyId, id: keyId } } });
    if (key === null) throw notFound();
    await this.prisma.apiKey.updateMany({
      where: { companyId, id: keyId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    this.directory.forget(companyId, key.prefix);
  }
}
