/** What a checkpoint and the ledger disagree about. Without a wallet: about the checkpoint itself. */
export interface CheckpointFinding {
  readonly checkpointId: bigint;
  readonly companyId?: number;
  readonly walletId?: string;
  readonly version?: bigint;
  readonly expected: string;
  readonly found: string;
}
