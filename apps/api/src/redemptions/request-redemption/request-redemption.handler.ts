import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { canonicalJson, invariant, type Json, type Redemption, type RequestRedemption } from '#domain';
import { Ledger, RedemptionReader, SettlementWatcher, Wallets, type PrivateText, type RedemptionView } from '#ledger';
import { uuidV7, VoucherCodes, type ServiceConfig } from '#platform';
import { Companies } from '../../companies/companies.js';
import { VoucherProviders } from '../../companies/voucher-providers.js';
import { CONFIG } from '../../engine/tokens.js';
import { notFound } from '../../http/api-error.js';
import type { CallContext } from '../../http/call-context.js';
import type { AnsweredRedemption } from '../answered-redemption.js';
import { RequestRedemptionCommand, type RedemptionRequest } from './request-redemption.command.js';

/**
 * Appends `RedemptionRequested` and waits for the worker to settle it. It reserves nothing, settles nothing and knows no queue, so that
 * a process that dies here leaves nothing half done.
 */
@CommandHandler(RequestRedemptionCommand)
export class RequestRedemptionHandler implements ICommandHandler<RequestRedemptionCommand> {
  constructor(
    private readonly wallets: Wallets,
    private readonly companies: Companies,
    private readonly providers: VoucherProviders,
    private readonly codes: VoucherCodes,
    private readonly ledger: Ledger,
    private readonly reader: RedemptionReader,
    private readonly watcher: SettlementWatcher,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  async execute(command: RequestRedemptionCommand): Promise<AnsweredRedemption> {
    const { call, dialect, request, waitMs } = command;
    const { companyId, actor, traceId, signal } = call;
    const walletId = await this.wallets.walletIdOf(companyId, request.customerId);
    if (walletId === undefined) throw notFound();
    const redemptionId = uuidV7();
    const idempotencyKey = command.idempotencyKey ?? redemptionId;
    const executed = await this.ledger.execute({
      commandId: uuidV7(),
      companyId,
      walletId,
      actor,
      traceId,
      key: await this.companies.commandKey(companyId, {
        scope: `${dialect}.redeem`,
        key: idempotencyKey,
        canonicalCommand: canonicalRequest(request),
      }),
      privateText: privateTextOf(command),
      command: await this.#decidable(companyId, redemptionId, dialect, request),
      signal,
    });
    if (executed.outcome !== 'repeated') {
      return { view: await this.#settled(call, redemptionId, waitMs), repeated: false, idempotencyKey };
    }
    const { redemptionId: firstId } = executed;
    invariant(firstId !== undefined, 'a redeem call is repeated that opened no redemption');
    return { view: await this.#repeated(call, firstId, waitMs), repeated: true, idempotencyKey };
  }

  async #decidable(
    companyId: number,
    redemptionId: string,
    dialect: string,
    request: RedemptionRequest,
  ): Promise<RequestRedemption> {
    const { requestTtlSeconds, reserveTtlSeconds, delayedTtlSeconds } = this.config;
    const { rewardOptionId, rewardName, points, deduction, callerVoucher, voucherProvider } = request;
    const standardTtlSeconds = deduction === 'order' ? delayedTtlSeconds : reserveTtlSeconds;
    return {
      type: 'RequestRedemption',
      redemptionId,
      rewardOptionId,
      rewardName,
      points,
      deduction,
      provider:
        callerVoucher === undefined ? await this.providers.bind(companyId, voucherProvider, redemptionId) : undefined,
      callerVoucher: callerVoucher && {
        code: this.codes.sealCode({ companyId, redemptionId, code: callerVoucher.code }),
        externalId: callerVoucher.externalId,
        provider: voucherProvider,
      },
      requestTtlSeconds: BigInt(requestTtlSeconds),
      holdSeconds: BigInt(request.reserveTtlSeconds ?? standardTtlSeconds),
      callSeconds: BigInt(reserveTtlSeconds),
      dialect,
      dialectId: undefined,
    };
  }

  async #settled({ companyId, signal }: CallContext, redemptionId: string, waitMs: number): Promise<RedemptionView> {
    const view = await this.watcher.wait({ companyId, redemptionId }, hasFirstOutcome, { waitMs, signal });
    invariant(view !== undefined, 'a redemption that was just requested cannot be read');
    return view;
  }

  /** Most repeats find their redemption settled long ago: one look, before any waiting. */
  async #repeated(call: CallContext, redemptionId: string, waitMs: number): Promise<RedemptionView> {
    const view = await this.reader.view({ companyId: call.companyId, redemptionId });
    return view !== undefined && hasFirstOutcome(view.redemption) ? view : this.#settled(call, redemptionId, waitMs);
  }
}

function hasFirstOutcome(redemption: Redemption): boolean {
  return redemption.firstOutcome !== undefined;
}

/** In a fixed order, the customer included; `Prefer` and the key itself don't make it another command. */
function canonicalRequest(request: RedemptionRequest): string {
  const { callerVoucher, metadata } = request;
  return canonicalJson([
    request.customerId,
    request.rewardOptionId,
    request.rewardName,
    String(request.points),
    request.deduction,
    request.reserveTtlSeconds ?? null,
    request.voucherProvider ?? null,
    callerVoucher === undefined ? null : [callerVoucher.code, callerVoucher.externalId ?? null],
    (metadata as Json | undefined) ?? null,
  ]);
}

function privateTextOf({ idempotencyKey, request: { metadata } }: RequestRedemptionCommand): PrivateText | undefined {
  if (idempotencyKey === undefined && metadata === undefined) return undefined;
  return {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
