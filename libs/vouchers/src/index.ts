export { answeredCall, answeredFind, sealVoucher } from './seal-answer.js';
export { codePrefix, generatedKind, type GeneratedConfig } from './generated/generated-kind.js';
export { poolKind, type PoolConfig } from './pool/pool-kind.js';
export { createHttpKind, httpKind } from './http/http-kind.js';
export type { HttpConfig } from './http/http-config.js';
export { createYotpoCallbackKind, yotpoCallbackKind } from './yotpo-callback/yotpo-callback-kind.js';
export type { YotpoCallbackConfig } from './yotpo-callback/yotpo-callback-config.js';
export type { OutgoingTuning } from './outgoing/outgoing-line.js';
export type {
  BreakerState,
  ConfiguredProvider,
  LocalProvider,
  OutsideProvider,
  ProviderCall,
  ProviderCapabilities,
  ProviderCondition,
  ProviderKind,
  ProviderSurroundings,
} from './provider-kind.js';
export {
  acceptProviderConfig,
  providerKinds,
  ProviderConfigError,
  readProviderConfig,
  sealProviderConfig,
  standardProvider,
  unsealProviderConfig,
  type ProviderOwner,
  type ReadProviderConfig,
} from './provider-kinds.js';
export {
  ProviderRegistry,
  UnknownProviderError,
  type OpenedProvider,
  type ProviderRef,
  type ProviderRegistryOptions,
} from './provider-registry.js';
export type {
  CallLimits,
  CancelOutcome,
  FindOutcome,
  IssueOutcome,
  PlainVoucher,
  VoucherKey,
  VoucherProvider,
  VoucherRequest,
} from './voucher-provider.js';
export { VOUCHER_CODE } from './voucher-text.js';
