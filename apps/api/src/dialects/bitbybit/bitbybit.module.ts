import { Module } from '@nestjs/common';
import { AdjustPointsController } from './adjust-points/adjust-points.controller.js';
import { BitbybitAnswers } from './answers.js';
import { CommitController } from './commit/commit.controller.js';
import { CreateRewardOptionController } from './create-reward-option/create-reward-option.controller.js';
import { EarnPointsController } from './earn-points/earn-points.controller.js';
import { ListCheckpointsController } from './list-checkpoints/list-checkpoints.controller.js';
import { ListEventsController } from './list-events/list-events.controller.js';
import { ErasePersonalDataController } from './erase-personal-data/erase-personal-data.controller.js';
import { ListHistoryController } from './list-history/list-history.controller.js';
import { ListRedeemersController } from './list-redeemers/list-redeemers.controller.js';
import { ListRedemptionsController } from './list-redemptions/list-redemptions.controller.js';
import { ListRewardOptionsController } from './list-reward-options/list-reward-options.controller.js';
import { PointConversionController } from './point-conversion/point-conversion.controller.js';
import { ProveRedemptionController } from './prove-redemption/prove-redemption.controller.js';
import { PutCustomerController } from './put-customer/put-customer.controller.js';
import { ReadRedemptionController } from './read-redemption/read-redemption.controller.js';
import { ReadWalletController } from './read-wallet/read-wallet.controller.js';
import { RedeemController } from './redeem/redeem.controller.js';
import { ReleaseController } from './release/release.controller.js';
import { ReverseController } from './reverse/reverse.controller.js';
import { SummariseRedemptionsController } from './summarise-redemptions/summarise-redemptions.controller.js';

/** bitbybit's loyalty calls, and ours in the same manner. */
@Module({
  controllers: [
    RedeemController,
    CommitController,
    ReleaseController,
    ReverseController,
    ReadRedemptionController,
    ReadWalletController,
    ListHistoryController,
    ListRedemptionsController,
    SummariseRedemptionsController,
    ListRedeemersController,
    PutCustomerController,
    ErasePersonalDataController,
    EarnPointsController,
    AdjustPointsController,
    CreateRewardOptionController,
    ListRewardOptionsController,
    PointConversionController,
    ListEventsController,
    ListCheckpointsController,
    ProveRedemptionController,
  ],
  providers: [BitbybitAnswers],
  exports: [BitbybitAnswers],
})
export class BitbybitModule {}
