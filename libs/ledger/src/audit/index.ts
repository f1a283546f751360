export { AuditReader } from './audit-reader.js';
export { readCheckpointAge, type CheckpointAge } from './checkpoint-age.js';
export type { CheckpointFinding } from './checkpoint-finding.js';
export { readCompanySeals, type CompanySeal } from './company-roots.js';
export { handOn, HandOnError, type Outside } from './hand-on.js';
export { FindingsKept } from './kept-findings.js';
export { readEpoch, type LedgerEpoch } from './ledger-epoch.js';
export { proveRedemption, type RedemptionPlace, type RedemptionProof } from './redemption-proof.js';
export { sealCheckpoint, type Sealed, type SealOptions } from './seal-checkpoint.js';
export {
  listCheckpoints,
  readCheckpoint,
  readLastCheckpoint,
  shownCheckpoint,
  type ShownCheckpoint,
  type StoredCheckpoint,
} from './stored-checkpoint.js';
export { verifyCheckpoints, type VerifiedCheckpoints, type VerifyCheckpointsOptions } from './verify-checkpoints.js';
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
