import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { VoucherCodes } from '#platform';
import { PrismaClient } from '#platform/prisma';
import { sealVoucher } from '#vouchers';
import { notFound } from '../../http/api-error.js';
import type { AnsweredRedemption } from '../answered-redemption.js';
import { RedemptionMessages } from '../redemption-messages.js';
import { ResolveFlagsCommand } from './resolve-flags.command.js';

@CommandHandler(ResolveFlagsCommand)
export class ResolveFlagsHandler implements ICommandHandler<ResolveFlagsCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly codes: VoucherCodes,
    private readonly messages: RedemptionMessages,
  ) {}

  async execute({ redemptionId, resolution, origin }: ResolveFlagsCommand): Promise<AnsweredRedemption> {
    const companyId = await this.#companyOf(redemptionId);
    const { outcome, code, note, resolvedBy, idempotencyKey } = resolution;
    const call = { companyId, actor: { kind: 'admin', id: resolvedBy }, ...origin } as const;
    const voucher =
      code === undefined
        ? undefined
        : sealVoucher(this.codes, { companyId, redemptionId }, { code, externalId: undefined, expiresAt: undefined });
    const sent = await this.messages.send({
      call,
      scope: 'admin.resolve',
      command: { type: 'ResolveFlags', redemptionId, outcome, voucher },
      terms: [outcome, code ?? null, note, resolvedBy],
      idempotencyKey,
      words: { note },
    });
    const view = await this.messages.view(call, redemptionId);
    return { view, repeated: sent.executed.outcome === 'repeated', idempotencyKey: sent.idempotencyKey };
  }

  /** The address names no company. One look by primary key for each company there is, which only an administrator asks for. */
  async #companyOf(redemptionId: string): Promise<number> {
    const [row] = await this.prisma.$queryRaw<{ companyId: number }[]>`
      SELECT c.id AS "companyId"
        FROM company c
        JOIN redemption r ON r.company_id = c.id AND r.id = ${redemptionId}::uuid`;
    if (row === undefined) throw notFound();
    return row.companyId;
  }
}
