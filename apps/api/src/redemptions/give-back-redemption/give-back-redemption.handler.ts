import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError, type DomainErrorCode } from '#domain';
import type { AwaitedRedemption } from '../answered-redemption.js';
import { RedemptionMessages } from '../redemption-messages.js';
import { ReleaseRedemptionCommand } from '../release-redemption/release-redemption.command.js';
import { ReverseRedemptionCommand } from '../reverse-redemption/reverse-redemption.command.js';
import { GiveBackRedemptionCommand } from './give-back-redemption.command.js';

/** What the one message is refused with where the other is due: an order or a worker was faster. */
const otherIsDue: ReadonlySet<DomainErrorCode> = new Set(['ALREADY_COMMITTED', 'NOT_COMMITTED']);

@CommandHandler(GiveBackRedemptionCommand)
export class GiveBackRedemptionHandler implements ICommandHandler<GiveBackRedemptionCommand> {
  constructor(
    private readonly commands: CommandBus,
    private readonly messages: RedemptionMessages,
  ) {}

  /** @throws ApiError NOT_FOUND, VOUCHER_USED; DomainError PROVIDER_CANNOT_VOID */
  async execute({ call, redemptionId, waitMs }: GiveBackRedemptionCommand): Promise<AwaitedRedemption> {
    const { status } = (await this.messages.view(call, redemptionId)).redemption;
    const release = () =>
      this.commands.execute(new ReleaseRedemptionCommand(call, redemptionId, undefined, undefined, waitMs));
    const reverse = () =>
      this.commands.execute(new ReverseRedemptionCommand(call, redemptionId, undefined, undefined, undefined, waitMs));
    const [first, second] =
      status === 'committed' || status === 'reversing' ? ([reverse, release] as const) : ([release, reverse] as const);
    try {
      return await first();
    } catch (error) {
      if (error instanceof DomainError && otherIsDue.has(error.code)) return second();
      throw error;
    }
  }
}
