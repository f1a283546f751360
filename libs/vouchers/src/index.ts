export { answeredCall, answeredFind, sealVoucher } from './seal-answer.js';
export { generatedKind, type GeneratedConfig } from './generated/generated-kind.js';
export type {
  ConfiguredProvider,
  LocalProvider,
  OutsideProvider,
  ProviderCapabilities,
  ProviderKind,
} from './provider-kind.js';
export { providerKinds, ProviderConfigError, readProviderConfig } from './provider-kinds.js';
export { ProviderRegistry, UnknownProviderError, type ProviderRef } from './provider-registry.js';
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
