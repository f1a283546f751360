import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { canonicalJson, type Json } from '#domain';
import type { ServiceConfig } from '#platform';
import { PrismaClient, type Prisma } from '#platform/prisma';
import {
  acceptProviderConfig,
  ProviderConfigError,
  readProviderConfig,
  sealProviderConfig,
  unsealProviderConfig,
  type ReadProviderConfig,
} from '#vouchers';
import { VoucherProviders } from '../../companies/voucher-providers.js';
import { CONFIG } from '../../engine/tokens.js';
import { ApiError, invalid, notFound } from '../../http/api-error.js';
import { PutVoucherProviderCommand, type StoredProvider } from './put-voucher-provider.command.js';

/** Which kinds there are, and what their `config` holds, is the business of `#vouchers`: a new one changes nothing here. */
@CommandHandler(PutVoucherProviderCommand)
export class PutVoucherProviderHandler implements ICommandHandler<PutVoucherProviderCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly providers: VoucherProviders,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  async execute(command: PutVoucherProviderCommand): Promise<StoredProvider> {
    const accepted = this.#accept(command);
    const stored = await this.prisma.$transaction((tx) => this.#put(tx, command, accepted));
    this.providers.forget(command.companyId);
    return stored;
  }

  #accept({ kind, config }: PutVoucherProviderCommand): ReadProviderConfig {
    try {
      return acceptProviderConfig(kind, config, { allowPrivate: this.config.outgoingAllowPrivate });
    } catch (error) {
      if (error instanceof ProviderConfigError) throw invalid(error.message);
      throw error;
    }
  }

  async #put(
    tx: Prisma.TransactionClient,
    { companyId, name, kind, makeDefault }: PutVoucherProviderCommand,
    accepted: ReadProviderConfig,
  ): Promise<StoredProvider> {
    // Two changes at once take turns: versions have no gap, and one provider is the default.
    const company = await tx.$queryRaw<unknown[]>`SELECT 1 FROM company WHERE id = ${companyId}::int FOR UPDATE`;
    if (company.length === 0) throw notFound();
    const newest = await tx.voucherProvider.findFirst({ where: { companyId, name }, orderBy: { version: 'desc' } });
    const isDefault = makeDefault ?? newest?.isDefault ?? false;
    if (newest?.isDefault === true && !isDefault) {
      const advice = 'A company needs a default: make another provider the default instead.';
      throw new ApiError('DEFAULT_PROVIDER_REQUIRED', advice);
    }
    const changed = newest?.kind !== kind || !this.#isSame(companyId, name, kind, newest.config, accepted);
    const version = (newest?.version ?? 0n) + (changed ? 1n : 0n);
    if (isDefault) {
      await tx.voucherProvider.updateMany({ where: { companyId, isDefault: true }, data: { isDefault: false } });
    }
    const config = sealProviderConfig(accepted, this.config.encryptionKeys, { companyId, name });
    return tx.voucherProvider.upsert({
      where: { companyId_name_version: { companyId, name, version } },
      create: { companyId, name, version, kind, config: config as Prisma.InputJsonObject, isDefault },
      update: { isDefault },
      select: { name: true, version: true, kind: true, isDefault: true },
    });
  }

  /** Compared in the clear, since sealed secrets look different every time. */
  #isSame(companyId: number, name: string, kind: string, stored: unknown, accepted: ReadProviderConfig): boolean {
    const ring = this.config.encryptionKeys;
    const { config } = unsealProviderConfig(readProviderConfig(kind, stored), ring, { companyId, name });
    return canonicalJson(config as Json) === canonicalJson(accepted.config as Json);
  }
}
