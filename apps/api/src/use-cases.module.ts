import { Module } from '@nestjs/common';
import { AskCatalogue } from './catalogue/ask-catalogue.js';
import { Catalogue } from './catalogue/catalogue.js';
import { CustomerFactsReader } from './catalogue/customer-facts.js';
import { ListAvailableRewardsHandler } from './catalogue/list-available-rewards/list-available-rewards.handler.js';
import { ListRewardOptionsHandler } from './catalogue/list-reward-options/list-reward-options.handler.js';
import { PutPointConversionHandler } from './catalogue/put-point-conversion/put-point-conversion.handler.js';
import { PutRewardOptionHandler } from './catalogue/put-reward-option/put-reward-option.handler.js';
import { ReadPointConversionHandler } from './catalogue/read-point-conversion/read-point-conversion.handler.js';
import { OpenOptions } from './catalogue/open-options.js';
import { FindCustomerHandler } from './customers/find-customer/find-customer.handler.js';
import { ListCheckpointsHandler } from './audit/list-checkpoints/list-checkpoints.handler.js';
import { ProveRedemptionHandler } from './audit/prove-redemption/prove-redemption.handler.js';
import { ReadFeedHandler } from './audit/read-feed/read-feed.handler.js';
import { ReadWalletAtHandler } from './audit/read-wallet-at/read-wallet-at.handler.js';
import { ListRecentCustomersHandler } from './customers/list-recent-customers/list-recent-customers.handler.js';
import { ReadCustomersHandler } from './customers/read-customers/read-customers.handler.js';
import { ErasePersonalDataHandler } from './customers/erase-personal-data/erase-personal-data.handler.js';
import { PutCustomerHandler } from './customers/put-customer/put-customer.handler.js';
import { ApplyOrderHandler } from './orders/apply-order/apply-order.handler.js';
import { CancelOrderHandler } from './orders/cancel-order/cancel-order.handler.js';
import { RefundOrderHandler } from './orders/refund-order/refund-order.handler.js';
import { AdjustPointsHandler } from './points/adjust-points/adjust-points.handler.js';
import { EarnPointsHandler } from './points/earn-points/earn-points.handler.js';
import { PointChanges } from './points/point-changes.js';
import { ListHistoryHandler } from './wallets/list-history/list-history.handler.js';
import { ReadWalletHandler } from './wallets/read-wallet/read-wallet.handler.js';
import { CommitRedemptionHandler } from './redemptions/commit-redemption/commit-redemption.handler.js';
import { FindKeyedRedemptionHandler } from './redemptions/find-keyed-redemption/find-keyed-redemption.handler.js';
import { GiveBackRedemptionHandler } from './redemptions/give-back-redemption/give-back-redemption.handler.js';
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
    GiveBackRedemptionHandler,
    FindKeyedRedemptionHandler,
    ResolveFlagsHandler,
    ReadRedemptionHandler,
    ListRedemptionsHandler,
    ListRedeemersHandler,
    ListFlaggedHandler,
    SummariseRedemptionsHandler,
    EarnPointsHandler,
    AdjustPointsHandler,
    PutCustomerHandler,
    FindCustomerHandler,
    ReadCustomersHandler,
    ListRecentCustomersHandler,
    ApplyOrderHandler,
    RefundOrderHandler,
    CancelOrderHandler,
    ErasePersonalDataHandler,
    ReadWalletHandler,
    ListHistoryHandler,
    Catalogue,
    CustomerFactsReader,
    OpenOptions,
    AskCatalogue,
    PutRewardOptionHandler,
    ListRewardOptionsHandler,
    ListAvailableRewardsHandler,
    PutPointConversionHandler,
    ReadPointConversionHandler,
    ReadWalletAtHandler,
    ReadFeedHandler,
    ListCheckpointsHandler,
    ProveRedemptionHandler,
  ],
  exports: [Catalogue, OpenOptions, RedemptionMessages],
})
export class UseCasesModule {}
