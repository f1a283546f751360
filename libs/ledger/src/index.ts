export * from './audit/index.js';
export { channels } from './channels.js';
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
export { openLedger, type OpenLedger, type OpenLedgerDeps } from './open-ledger.js';
export { RedemptionReader, type LoadedRedemption, type RedemptionKey } from './read/redemption-reader.js';
export type { CustomerView, RedemptionView, WalletView } from './read/redemption-view.js';
export { SettlementWatcher, type SettlementWatcherOptions } from './read/settlement-watcher.js';
export { readUnfinished, type UnfinishedFigures } from './read/unfinished-figures.js';
export { SagaWork, type DueRedemption } from './saga-work/saga-work.js';
export { Wallets, type WalletsOptions } from './wallets.js';
