import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { canonicalJson, type Json } from '#domain';
import { PrismaClient, type Prisma } from '#platform/prisma';
import { ProviderConfigError, readProviderConfig } from '#vouchers';
import { VoucherProviders } from '../../companies/voucher-providers.js';
import { ApiError, invalid, notFound } from '../../http/api-error.js';
import { PutVoucherProviderCommand, type StoredProvider } from './put-voucher-provider.command.js';

@CommandHandler(PutVoucherProviderCommand)
export class PutVoucherProviderHandler implements ICommandHandler<PutVoucherProviderCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly providers: VoucherProviders,
  ) {}

  async execute(command: PutVoucherProviderCommand): Promise<StoredProvider> {
    const config = readConfig(command);
    const stored = await this.prisma.$transaction((tx) => put(tx, command, config));
    this.providers.forget(command.companyId);
    return stored;
  }
}

/** A new kind is added to `providerKinds` of `#vouchers`; nothing here has to know it. */
function readConfig({ kind, config }: PutVoucherProviderCommand): Prisma.InputJsonObject {
  try {
    return readProviderConfig(kind, config).config as Prisma.InputJsonObject;
  } catch (error) {
    if (error instanceof ProviderConfigError) throw invalid(error.message);
    throw error;
  }
}

async function put(
  tx: Prisma.TransactionClient,
  { companyId, name, kind, makeDefault }: PutVoucherProviderCommand,
  config: Prisma.InputJsonObject,
): Promise<StoredProvider> {
  // Two changes at once take turns: versions have no gap, and one provider is the default.
  const company = await tx.$queryRaw<unknown[]>`SELECT 1 FROM company WHERE id = ${companyId}::int FOR UPDATE`;
  if (company.length === 0) throw notFound();
  const newest = await tx.voucherProvider.findFirst({ where: { companyId, name }, orderBy: { version: 'desc' } });
  const isDefault = makeDefault ?? newest?.isDefault ?? false;
  if (newest?.isDefault === true && !isDefault) {
    throw new ApiError(
      'DEFAULT_PROVIDER_REQUIRED',
      'A company needs a default: make another provider the default instead.',
    );
  }
  const changed = newest?.kind !== kind || canonicalJson(newest.config) !== canonicalJson(config as Json);
  const version = (newest?.version ?? 0n) + (changed ? 1n : 0n);
  if (isDefault)
    await tx.voucherProvider.updateMany({ where: { companyId, isDefault: true }, data: { isDefault: false } });
  return tx.voucherProvider.upsert({
    where: { companyId_name_version: { companyId, name, version } },
    create: { companyId, name, version, kind, config, isDefault },
    update: { isDefault },
    select: { name: true, version: true, kind: true, isDefault: true },
  });
}
