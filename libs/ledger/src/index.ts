export type { Presence } from './presence.js';
export * from './audit/index.js';
export { channels } from './channels.js';
export { DialectIds, type NumberedDialect } from './dialect-ids.js';
export { CompanyFeed, CursorGone, type FeedEvent, type FeedPage } from './feed/company-feed.js';
export { readEventPages, type EventPagesOptions, type PagedEvent, type StreamPlace } from './feed/event-pages.js';
export { decodeCursor, encodeCursor, type FeedCursor } from './feed/feed-cursor.js';
export { Ledger, type DoneGroup, type LedgerObserver, type LedgerOptions } from './ledger.js';
export type { Executed, LedgerCommand, PrivateText } from './ledger-command.js';
export { LedgerError, type LedgerErrorCode } from './ledger-error.js';
export { resolutionMessage, type FlagResolution } from './messages/resolve-flags.js';
export {
  tellRedemption,
  type RedemptionMessage,
  type TellRedemptionDeps,
  type ToldRedemption,
} from './messages/tell-redemption.js';
export { CodeOwners } from './orders/code-owners.js';
export { OrderError, type OrderErrorCode } from './orders/order-error.js';
export type {
  OrderedRedemption,
  OrderOrigin,
  RefundKey,
  RefundKind,
  StoredOrder,
  StoredRefund,
  ToldOrder,
} from './orders/order-records.js';
export { Orders, type AppliedOrder } from './orders/orders.js';
export { Refunds, type GivenRefund, type ToldRefund } from './orders/refunds.js';
export { openLedger, type OpenLedger, type OpenLedgerDeps } from './open-ledger.js';
export {
  CustomerFinder,
  type CustomerIdentifiers,
  type CustomerSearch,
  type FoundCustomer,
} from './read/customer-finder.js';
export { balanceParameters, READ_BALANCE_AT, type BalanceAt } from './read/balance-at.js';
export { askByCompany, type GroupBy } from './by-company.js';
export { RedemptionReader, type LoadedRedemption, type RedemptionKey } from './read/redemption-reader.js';
export type { CustomerView, RedemptionView, WalletView } from './read/redemption-view.js';
export { SettlementWatcher, type SettlementWatcherOptions } from './read/settlement-watcher.js';
export { readUnfinished, type UnfinishedFigures } from './read/unfinished-figures.js';
export { SagaWork, type BackOff, type DueRedemption } from './saga-work/saga-work.js';
export { Wallets, type WalletsOptions } from './wallets.js';
export {
  connectAsOwner,
  projectionNames,
  RebuildError,
  rebuildProjections,
  ThreadFolder,
  type RebuildProgress,
  type RebuildReport,
} from './rebuild/index.js';
