import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ServiceConfig } from '#platform';
import { openCompany, type OpenedCompany } from '#platform/companies';
import { PrismaClient } from '#platform/prisma';
import { standardProvider } from '#vouchers';
import { CONFIG } from '../../engine/tokens.js';
import { CreateCompanyCommand } from './create-company.command.js';

@CommandHandler(CreateCompanyCommand)
export class CreateCompanyHandler implements ICommandHandler<CreateCompanyCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  async execute({ name, baseCurrency }: CreateCompanyCommand): Promise<OpenedCompany> {
    return openCompany(this.prisma, this.config.encryptionKeys, { name, baseCurrency, provider: standardProvider });
  }
}
