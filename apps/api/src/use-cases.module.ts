import { Module } from '@nestjs/common';
import { PutCustomerHandler } from './customers/put-customer/put-customer.handler.js';
import { AdjustPointsHandler } from './points/adjust-points/adjust-points.handler.js';
import { EarnPointsHandler } from './points/earn-points/earn-points.handler.js';
import { PointChanges } from './points/point-changes.js';
import { ListHistoryHandler } from './wallets/list-history/list-history.handler.js';
import { ReadWalletHandler } from './wallets/read-wallet/read-wallet.handler.js';
import { CommitRedemptionHandler } from './redemptions/commit-redemption/commit-redemption.handler.js';
import { ListFlaggedHandler } from './redemptions/list-flagged/list-flagged.handler.js';
import { ListRedeemersHandler } from './redemptions/list-redeemers/list-redeemers.handler.js';
import { ListRedemptionsHandler } from './redemptions/list-redemptions/list-redemptions.handler.js';
import { ReadRedemptionHandler } from './redemptions/read-redemption/read-redemption.handler.js';
import { RedemptionMessages } from './redemptions/redemption-messages.js';
import { ReleaseRedemptionHandler } from './redemptions/release-redemption/release-redemption.handler.js';
import { RequestRedemptionHandler } from './redemptions/request-redemption/request-redemption.handler.js';
import { ResolveFlagsHandler } from './redemptions/resolve-flags/resolve-flags.handler.js';
import { ReverseRedemptionHandler } from './redemptions/reverse-redemption/reverse-redemption.handler.js';
import { SummariseRedemptionsHandler } from './redemptions/summarise-redemptions/summarise-redemptions.handler.js';

/** The use cases, the same for every dialect. */
@Module({
  providers: [
    PointChanges,
    RedemptionMessages,
    RequestRedemptionHandler,
    CommitRedemptionHandler,
    ReleaseRedemptionHandler,
    ReverseRedemptionHandler,
    ResolveFlagsHandler,
    ReadRedemptionHandler,
    ListRedemptionsHandler,
    ListRedeemersHandler,
    ListFlaggedHandler,
    SummariseRedemptionsHandler,
    EarnPointsHandler,
    AdjustPointsHandler,
    PutCustomerHandler,
    ReadWalletHandler,
    ListHistoryHandler,
  ],
})
export class UseCasesModule {}
