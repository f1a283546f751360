import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  canonicalJson,
  holdSecondsOf,
  invariant,
  type Json,
  type Redemption,
  type RequestRedemption,
  type RewardOption,
} from '#domain';
import {
  DialectIds,
  Ledger,
  RedemptionReader,
  SettlementWatcher,
  Wallets,
  type NumberedDialect,
  type PrivateText,
  type RedemptionView,
} from '#ledger';
import { uuidV7, VoucherCodes, type ServiceConfig } from '#platform';
import { AskCatalogue, type AskedOption } from '../../catalogue/ask-catalogue.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { Companies } from '../../companies/companies.js';
import { VoucherProviders } from '../../companies/voucher-providers.js';
import { CONFIG } from '../../engine/tokens.js';
import { ApiError, notFound } from '../../http/api-error.js';
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
    private readonly catalogue: Catalogue,
    private readonly ask: AskCatalogue,
    private readonly dialectIds: DialectIds,
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
      command: await this.#decidable(command, walletId, redemptionId),
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
    { call: { companyId }, dialect, request }: RequestRedemptionCommand,
    walletId: string,
    redemptionId: string,
  ): Promise<RequestRedemption> {
    const { rewardOptionId, deduction, callerVoucher, voucherProvider } = request;
    const found = this.catalogue.find(companyId, rewardOptionId);
    const option = found instanceof Promise ? await found : found;
    const { rewardName = option?.name } = request;
    if (rewardName === undefined) throw new ApiError('UNKNOWN_REWARD_OPTION', 'There is no reward option of this id.');
    const providerName = voucherProvider ?? option?.provider;
    return {
      type: 'RequestRedemption',
      redemptionId,
      rewardOptionId,
      rewardName,
      ...(option === undefined
        ? withoutCatalogue(request)
        : await this.ask.ask(option, { ...askedOf(request), companyId, walletId })),
      deduction,
      provider:
        callerVoucher === undefined ? await this.providers.bind(companyId, providerName, redemptionId) : undefined,
      callerVoucher: callerVoucher && {
        code: this.codes.sealCode({ companyId, redemptionId, code: callerVoucher.code }),
        externalId: callerVoucher.externalId,
        provider: voucherProvider,
      },
      requestTtlSeconds: BigInt(this.config.requestTtlSeconds),
      holdSeconds: this.#holdSeconds(request, option),
      callSeconds: BigInt(this.config.reserveTtlSeconds),
      dialect,
      dialectId: request.numberedBy === undefined ? undefined : await this.#drawId(request.numberedBy),
    };
  }

  /** @throws ApiError DIALECT_IDS_USED_UP: an id that is cut would be another redemption's. */
  async #drawId(dialect: NumberedDialect): Promise<bigint> {
    const id = await this.dialectIds.draw(dialect);
    if (id !== undefined) return id;
    throw new ApiError('DIALECT_IDS_USED_UP', 'There is no integer left that this dialect could call a redemption by.');
  }

  /** design §4: the request's own, else the option's expiration where an order is waited for, else the settings'. */
  #holdSeconds({ reserveTtlSeconds, deduction }: RedemptionRequest, option: RewardOption | undefined): bigint {
    if (reserveTtlSeconds !== undefined) return BigInt(reserveTtlSeconds);
    if (deduction === 'immediate') return BigInt(this.config.reserveTtlSeconds);
    const preset = option?.expirationPreset;
    return preset === undefined ? BigInt(this.config.delayedTtlSeconds) : holdSecondsOf(preset);
  }

  async #settled({ companyId, signal }: CallContext, redemptionId: string, waitMs: number): Promise<RedemptionView> {
    const view = await this.watcher.wait({ companyId, redemptionId }, { waitMs, signal });
    invariant(view !== undefined, 'a redemption that was just requested cannot be read');
    return view;
  }

  /** Most repeats find their redemption settled long ago: one look, before any waiting. */
  async #repeated(call: CallContext, redemptionId: string, waitMs: number): Promise<RedemptionView> {
    const view = await this.reader.view({ companyId: call.companyId, redemptionId });
    return view !== undefined && hasFirstOutcome(view.redemption) ? view : this.#settled(call, redemptionId, waitMs);
  }
}

/** An option that is not in the catalogue: name and cost are the caller's. */
function withoutCatalogue({ points, value }: RedemptionRequest): Pick<RequestRedemption, 'points' | 'refusal'> {
  if (value !== undefined) return { points: 0n, refusal: { kind: 'illegal', code: 'VALUE_NOT_ACCEPTED' } };
  if (points === undefined) return { points: 0n, refusal: { kind: 'illegal', code: 'POINTS_REQUIRED' } };
  return { points };
}

function askedOf(
  request: RedemptionRequest,
): Pick<AskedOption, 'customerId' | 'points' | 'value' | 'currency' | 'purchaseAmount'> {
  const { customerId, points, value, currency, purchaseAmount } = request;
  return { customerId, points, value, currency, purchaseAmount };
}

function hasFirstOutcome(redemption: Redemption): boolean {
  return redemption.firstOutcome !== undefined;
}

/** In a fixed order, the customer included; `Prefer` and the key itself don't make it another command. */
function canonicalRequest(request: RedemptionRequest): string {
  const { callerVoucher, metadata, value, currency, purchaseAmount } = request;
  const asked = [value, currency, purchaseAmount];
  return canonicalJson([
    request.customerId,
    request.rewardOptionId,
    request.rewardName ?? null,
    request.points === undefined ? null : String(request.points),
    request.deduction,
    request.reserveTtlSeconds ?? null,
    request.voucherProvider ?? null,
    callerVoucher === undefined ? null : [callerVoucher.code, callerVoucher.externalId ?? null],
    (metadata as Json | undefined) ?? null,
    // Commands that name none of these have the digests they had before there were any.
    ...(asked.some((one) => one !== undefined) ? asked.map((one) => (one === undefined ? null : String(one))) : []),
  ]);
}

function privateTextOf({ idempotencyKey, request: { metadata } }: RequestRedemptionCommand): PrivateText | undefined {
  if (idempotencyKey === undefined && metadata === undefined) return undefined;
  return {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
