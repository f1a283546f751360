import { Module } from '@nestjs/common';
import { UseCasesModule } from '../../use-cases.module.js';
import { YotpoAdjustPointsController } from './adjust-points/adjust-points.controller.js';
import { YotpoCancellationController } from './cancellation/cancellation.controller.js';
import { YotpoCustomersController } from './customers/customers.controller.js';
import { YotpoOrderController } from './order/order.controller.js';
import { DecidedRedemptions } from './redeem/decided-redemptions.js';
import { YotpoRedeemController } from './redeem/redeem.controller.js';
import { YotpoAnswers } from './redemption-answer.js';
import { YotpoRedemptionCodesController } from './redemption-codes/redemption-codes.controller.js';
import { YotpoRedemptionOptionsController } from './redemption-options/redemption-options.controller.js';
import { YotpoRefundController } from './refund/refund.controller.js';

/** Yotpo's loyalty calls, on the same use cases. */
@Module({
  imports: [UseCasesModule],
  controllers: [
    YotpoRedeemController,
    YotpoOrderController,
    YotpoRefundController,
    YotpoAdjustPointsController,
    YotpoCustomersController,
    YotpoRedemptionOptionsController,
    YotpoRedemptionCodesController,
    YotpoCancellationController,
  ],
  providers: [YotpoAnswers, DecidedRedemptions],
})
export class YotpoModule {}
