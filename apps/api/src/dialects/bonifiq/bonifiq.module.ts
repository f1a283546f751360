import { Module } from '@nestjs/common';
import { UseCasesModule } from '../../use-cases.module.js';
import { BonifiqAvailableController } from './available/available.controller.js';
import { BonifiqCancelRewardController } from './cancel-reward/cancel-reward.controller.js';
import { BonifiqApplyCashbackController } from './checkout/apply-cashback.controller.js';
import { CheckoutHolds } from './checkout/checkout-holds.js';
import { BonifiqRemoveCashbackController } from './checkout/remove-cashback.controller.js';
import { BonifiqListRedemptionsController } from './list-redemptions/list-redemptions.controller.js';
import { StoredRedemptions } from './list-redemptions/stored-redemptions.js';
import { BonifiqCancelOrderController } from './orders/cancel-order.controller.js';
import { BonifiqOrderController } from './orders/order.controller.js';
import { BonifiqPointsController } from './points/points.controller.js';
import { BonifiqRedeemController } from './redeem/redeem.controller.js';
import { BonifiqAnswers } from './redemption-answer.js';

/** BonifiQ's private calls, on the same use cases. */
@Module({
  imports: [UseCasesModule],
  controllers: [
    BonifiqRedeemController,
    BonifiqAvailableController,
    BonifiqListRedemptionsController,
    BonifiqCancelRewardController,
    BonifiqOrderController,
    BonifiqCancelOrderController,
    BonifiqPointsController,
    BonifiqApplyCashbackController,
    BonifiqRemoveCashbackController,
  ],
  providers: [BonifiqAnswers, CheckoutHolds, StoredRedemptions],
})
export class BonifiqModule {}
