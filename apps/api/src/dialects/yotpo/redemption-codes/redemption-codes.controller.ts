import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CodeOwners } from '#ledger';
import type { Redemption } from '#domain';
import { VoucherCodes } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { ImportCodesCommand } from '../../../admin/import-codes/import-codes.command.js';
import { Catalogue } from '../../../catalogue/catalogue.js';
import { VoucherProviders } from '../../../companies/voucher-providers.js';
import { ApiError, notFound } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { YotpoScope } from '../access.js';
import { DescribeYotpo } from '../describe.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import {
  addCodesParameters,
  addedSchema,
  CODES_BYTES_MAX,
  codeSchema,
  findCodeParameters,
  type AddCodesParameters,
  type AddedAnswer,
  type CodeAnswer,
  type FindCodeParameters,
} from './redemption-codes.schema.js';

@Controller(YOTPO)
export class YotpoRedemptionCodesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly catalogue: Catalogue,
    private readonly providers: VoucherProviders,
    private readonly owners: CodeOwners,
    private readonly codes: VoucherCodes,
    private readonly prisma: PrismaClient,
  ) {}

  @Post('redemption_codes')
  @HttpCode(200)
  @YotpoScope('redemptions:write', { bodyBytesMax: CODES_BYTES_MAX })
  @DescribeYotpo({
    summary: 'Add codes to the pool of a redemption option',
    description: 'Up to 10,000 a call, separated by commas. Those that are known already are skipped and counted.',
    operationId: 'yotpoAddRedemptionCodes',
    body: addCodesParameters,
    schema: addedSchema,
  })
  async add(
    @Parameters(addCodesParameters) { redemption_option_id: optionId, codes }: AddCodesParameters,
    @Call() { companyId }: CallContext,
  ): Promise<AddedAnswer> {
    const option = await this.catalogue.find(companyId, String(optionId));
    if (option === undefined) {
      throw new ApiError('UNKNOWN_REWARD_OPTION', 'There is no redemption option of this id.');
    }
    const provider = option.provider ?? (await this.providers.bind(companyId, undefined, '')).name;
    const { imported, duplicates, left } = await this.commands.execute(
      new ImportCodesCommand(companyId, provider, codes),
    );
    return { redemption_option_id: optionId, imported, duplicates, number_of_unused_codes: left };
  }

  @Get('redemption_codes')
  @YotpoScope('wallets:read')
  @DescribeYotpo({
    summary: 'What has become of a code',
    operationId: 'yotpoFindRedemptionCode',
    query: findCodeParameters,
    schema: codeSchema,
  })
  async find(
    @Parameters(findCodeParameters) { code }: FindCodeParameters,
    @Call() { companyId }: CallContext,
  ): Promise<CodeAnswer> {
    const [owners = []] = await this.owners.find(companyId, [code]);
    const [newest] = owners.toSorted((a, b) => b.redemption.requestedAt - a.redemption.requestedAt);
    if (newest !== undefined) return ownedAnswer(code, newest.redemption);
    const provider = await this.#poolOf(companyId, code);
    if (provider === undefined) throw notFound();
    return { code, status: 'unused', redemption_id: null, redemption_option_id: null, provider };
  }

  /** The pool in which a code still waits. Plan: the primary key (company_id, provider, digest). */
  async #poolOf(companyId: number, code: string): Promise<string | undefined> {
    const pools = await this.prisma.voucherProvider.findMany({
      where: { companyId, kind: 'pool' },
      distinct: ['name'],
      select: { name: true },
    });
    const digests = this.codes.lookupDigests(companyId, code).map(({ digest }) => digest);
    const waiting = await this.prisma.poolCode.findFirst({
      where: { companyId, provider: { in: pools.map(({ name }) => name) }, digest: { in: digests } },
      select: { provider: true },
    });
    return waiting?.provider;
  }
}

function ownedAnswer(code: string, { dialectId, rewardOptionId, voucher, provider }: Redemption): CodeAnswer {
  const optionId = /^[1-9]\d{0,9}$/.test(rewardOptionId) ? Number(rewardOptionId) : null;
  return {
    code,
    status: voucher.state === 'used' ? 'used' : voucher.state === 'issued' ? 'issued' : 'cancelled',
    redemption_id: dialectId === undefined ? null : Number(dialectId),
    redemption_option_id: optionId,
    provider: voucher.provider ?? provider?.name ?? null,
  };
}
