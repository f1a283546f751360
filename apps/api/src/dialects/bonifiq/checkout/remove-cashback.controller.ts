import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Redemption } from '#domain';
import { Call, type CallContext } from '../../../http/call-context.js';
import { BonifiqScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeBonifiq } from '../describe.js';
import { done, warned, type Envelope } from '../envelope.js';
import { int32Of } from '../fields.js';
import { BONIFIQ } from '../path.js';
import { worthOf } from '../redemption-answer.js';
import { CheckoutHolds } from './checkout-holds.js';
import { checkoutIdOf } from './checkout-id.js';
import { removeBody, removedSchema, type RemoveBody, type RemovedResult } from './checkout.schema.js';

const NOT_FOUND = { Code: '03', CodeName: 'CheckoutNotFound' };
const NOT_APPLIED = { Code: '04', CodeName: 'CashbackNotApplied' };
const STILL_APPLIED = { Code: '05', CodeName: 'CashbackStillApplied' };
const REMOVED = { Code: '07', CodeName: 'CashbackRemovedSuccessfully' };

@Controller(BONIFIQ)
export class BonifiqRemoveCashbackController {
  constructor(
    private readonly queries: QueryBus,
    private readonly holds: CheckoutHolds,
  ) {}

  @Post('Checkout/redeem/remove')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({
    summary: 'Take cashback out of a checkout',
    description: '`Code`: 01 and 02 are refusals, 03, 04 and 05 warnings, 07 says that the points are back.',
    operationId: 'bonifiqRemoveCashback',
    schema: removedSchema,
  })
  async remove(
    @Body({ schema: removeBody }) body: RemoveBody,
    @Call() call: CallContext,
  ): Promise<Envelope<RemovedResult>> {
    const { walletId } = await customerOf(this.queries, call.companyId, body.CustomerId);
    const checkoutId = checkoutIdOf(body);
    const nothing = { CheckoutId: checkoutId, CashbackRemoved: 0, PointsReturned: 0 };
    const all = await this.holds.of(call.companyId, walletId, checkoutId);
    const here = all.filter((hold) => hold.checkoutId === checkoutId);
    if (here.length === 0) return warned(nothing, 'No cashback was ever applied in this checkout.', NOT_FOUND);
    const open = here.filter(({ isOpen }) => isOpen);
    const released = await this.holds.release(call, open);
    if (released.length === 0) return warned(nothing, 'No cashback is applied in this checkout now.', NOT_APPLIED);
    if (released.some(({ underWay }) => underWay)) {
      return warned(nothing, 'The cashback is still being taken out. Repeat the request.', STILL_APPLIED);
    }
    return done(
      resultOf(
        checkoutId,
        released.map(({ view }) => view.redemption),
      ),
      REMOVED,
    );
  }
}

function resultOf(checkoutId: string, removed: readonly Redemption[]): RemovedResult {
  const [redemption] = removed;
  return {
    CheckoutId: checkoutId,
    CashbackRemoved: redemption === undefined ? 0 : worthOf(redemption),
    PointsReturned: int32Of(removed.reduce((sum, { held }) => sum + held, 0n)),
  };
}
