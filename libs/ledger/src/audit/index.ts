export { AuditReader } from './audit-reader.js';
export { readCheckpointAge, type CheckpointAge } from './checkpoints/checkpoint-age.js';
export type { CheckpointFinding } from './checkpoints/checkpoint-finding.js';
export { readCompanySeals, type CompanySeal } from './checkpoints/company-roots.js';
export { handOn, HandOnError, type Outside } from './checkpoints/hand-on.js';
export { FindingsKept } from './kept-findings.js';
export { readEpoch, type LedgerEpoch } from './ledger-epoch.js';
export { proveRedemption, type RedemptionPlace, type RedemptionProof } from './checkpoints/redemption-proof.js';
export { sealCheckpoint, type Sealed, type SealOptions } from './checkpoints/seal-checkpoint.js';
export {
  listCheckpoints,
  readCheckpoint,
  readLastCheckpoint,
  shownCheckpoint,
  type ShownCheckpoint,
  type StoredCheckpoint,
} from './checkpoints/stored-checkpoint.js';
export {
  verifyCheckpoints,
  type VerifiedCheckpoints,
  type VerifyCheckpointsOptions,
} from './checkpoints/verify-checkpoints.js';
export { auditLedger, type AuditLedgerOptions, type AuditProgress, type AuditReport } from './audit-ledger.js';
export type { AuditDatabase } from './snapshot.js';
export {
  ledgerExtent,
  replayLedger,
  UnreadableEventError,
  type ReplayCounts,
  type ReplayVisitor,
} from './replay-ledger.js';
export { SpillError } from '../parted/spill-file.js';
export { EVERY_COMPANY, EVERY_WALLET, type StreamRange } from '../feed/stream-reader.js';
