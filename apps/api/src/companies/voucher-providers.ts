import { Inject, Injectable } from '@nestjs/common';
import type { BoundProvider } from '#domain';
import { askByCompany } from '#ledger';
import { gathered, type ServiceConfig } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { readProviderConfig } from '#vouchers';
import { TimedCache } from '../auth/timed-cache.js';
import { CONFIG } from '../engine/tokens.js';
import { ApiError } from '../http/api-error.js';

/** A changed configuration is seen by new redemptions within this time. */
const PROVIDERS_TTL_MS = 1_000;
const COMPANIES_MAX = 10_000;

type UnkeyedProvider = Omit<BoundProvider, 'key'>;

interface CompanyProviders {
  readonly byName: ReadonlyMap<string, UnkeyedProvider>;
  readonly standard: UnkeyedProvider | undefined;
}

/** Which voucher providers a company has configured, each at its newest version. */
@Injectable()
export class VoucherProviders {
  readonly #companies: TimedCache<number, CompanyProviders>;
  /** Those of one turn are one look, or one for each company. */
  readonly #look;

  constructor(
    private readonly prisma: PrismaClient,
    @Inject(CONFIG) { ledger: { groupBy } }: ServiceConfig,
  ) {
    this.#look = gathered(async (ids: readonly number[]) => {
      const asked = ids.map((companyId) => ({ companyId }));
      const rows = await askByCompany(groupBy, asked, (some) => this.#read(some.map(({ companyId }) => companyId)));
      return ids.map((id) => rows.filter(({ companyId }) => companyId === id));
    });
    this.#companies = new TimedCache({
      load: (companyId) => this.#load(companyId),
      refreshAfterMs: PROVIDERS_TTL_MS / 2,
      expireAfterMs: PROVIDERS_TTL_MS,
      entriesMax: COMPANIES_MAX,
    });
  }

  /**
   * The provider of that name, else the company's default, bound to a redemption: the provider's key is the redemption's id.
   *
   * @throws ApiError UNKNOWN_VOUCHER_PROVIDER
   */
  async bind(companyId: number, name: string | undefined, redemptionId: string): Promise<BoundProvider> {
    return { ...(await this.require(companyId, name)), key: redemptionId };
  }

  /**
   * The provider of that name, else the company's default.
   *
   * @throws ApiError UNKNOWN_VOUCHER_PROVIDER
   */
  async require(companyId: number, name: string | undefined): Promise<UnkeyedProvider> {
    const known = await this.#companies.get(companyId);
    const provider = providerOf(known, name) ?? (await this.#lookAgain(companyId, name));
    if (provider !== undefined) return provider;
    const reason =
      name === undefined
        ? 'The company has no default voucher provider.'
        : 'There is no voucher provider of this name.';
    throw new ApiError('UNKNOWN_VOUCHER_PROVIDER', reason);
  }

  /** This process sees a change of its own at once; others within a second. */
  forget(companyId: number): void {
    this.#companies.forget(companyId);
  }

  /** Another process may have made it a moment ago, and nobody ought to be told that it isn't there. */
  async #lookAgain(companyId: number, name: string | undefined): Promise<UnkeyedProvider | undefined> {
    this.forget(companyId);
    return providerOf(await this.#companies.get(companyId), name);
  }

  async #load(companyId: number): Promise<CompanyProviders> {
    const rows = (await this.#look(companyId)) ?? [];
    const byName = new Map<string, UnkeyedProvider>();
    let standard: UnkeyedProvider | undefined;
    for (const { name, version, kind, config, isDefault } of rows) {
      const read = readProviderConfig(kind, config);
      const provider = { name, version, kind, ...read.kind.capabilities(read.config) };
      byName.set(name, provider);
      if (isDefault) standard = provider;
    }
    return { byName, standard };
  }

  /** The newest version of each. */
  #read(companyIds: readonly number[]) {
    return this.prisma.voucherProvider.findMany({
      where: { companyId: { in: [...companyIds] } },
      distinct: ['companyId', 'name'],
      orderBy: [{ companyId: 'asc' }, { name: 'asc' }, { version: 'desc' }],
    });
  }
}

function providerOf({ byName, standard }: CompanyProviders, name: string | undefined): UnkeyedProvider | undefined {
  return name === undefined ? standard : byName.get(name);
}
