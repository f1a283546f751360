import { randomUUID } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { makeCompanySecret, sealSecret, type ServiceConfig } from '#platform';
import { PrismaClient, type Prisma } from '#platform/prisma';
import { readProviderConfig } from '#vouchers';
import { writeSealedSecret } from '../../companies/sealed-secret.js';
import { CONFIG } from '../../engine/tokens.js';
import { CreateCompanyCommand, type CreatedCompany } from './create-company.command.js';

/** What a provider of generated codes is when nothing is said about it. */
const STANDARD = readProviderConfig('generated', {}).config as Prisma.InputJsonObject;

@CommandHandler(CreateCompanyCommand)
export class CreateCompanyHandler implements ICommandHandler<CreateCompanyCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  /** The secret is sealed for the company's id, so the id is drawn before the row is written. */
  async execute({ name, baseCurrency }: CreateCompanyCommand): Promise<CreatedCompany> {
    return this.prisma.$transaction(async (tx) => {
      const [drawn] = await tx.$queryRaw<[{ id: number }]>`
        SELECT nextval(pg_get_serial_sequence('company', 'id'))::int AS id`;
      const { id } = drawn;
      const secret = writeSealedSecret(sealSecret(this.config.encryptionKeys, id, makeCompanySecret()));
      const company = await tx.company.create({
        data: { id, guid: randomUUID(), name, baseCurrency, secret },
        select: { id: true, guid: true, name: true, baseCurrency: true },
      });
      await tx.voucherProvider.create({
        data: { companyId: id, name: 'generated', version: 1n, kind: 'generated', config: STANDARD, isDefault: true },
      });
      return company;
    });
  }
}
