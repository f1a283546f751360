export {
  applies,
  CALLS,
  GOOD_TRAITS,
  MODES,
  WORST_MIX,
  type CallMode,
  type CallName,
  type ModeMix,
  type ProviderTraits,
} from './call-modes.js';
export { API_SECRET, callbackContract } from './contracts.js';
export { seededRandom, type PlannedCalls } from './call-plan.js';
export type { Effect } from './effect-log.js';
export { ProviderSimulator, type SeenCall, type SimulatorOptions } from './provider-simulator.js';
export { watchSentIssues, type SentIssue } from './sent-calls.js';
export type { CodeState, KeyTruth, SoldVoucher } from './voucher-desk.js';
