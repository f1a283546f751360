import type { Instant } from '../instant.js';

/** An event's row as it is stored. Nothing of it is trusted, and nothing but its hash need be there any more when the next one is taken. */
export interface StoredEvent extends EventBytes {
  readonly companyId: number;
  readonly walletId: string;
  readonly version: bigint;
  /** Assigned by the database and outside the hash; in an export that has none, left out. */
  readonly position?: bigint;
  readonly transactionId?: bigint;
  readonly eventId: string;
  readonly redemptionId: string | undefined;
  readonly type: string;
  readonly occurredAt: Instant;
  readonly availableAfter: bigint;
  readonly reservedAfter: bigint;
  readonly burnedAfter: bigint;
  readonly pointsDelta: bigint | undefined;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  readonly body: string;
  /** Whether the columns are these texts, where that can be told without making texts of them. */
  hasTexts?(eventId: string, redemptionId: string | undefined, type: string): boolean;
  /** Whether its hash is SHA-256(the hash of the row before ‖ its bytes), where that can be told in a quicker way. */
  follows?(before: StoredEvent): boolean;
}

/** Where a body's UTF-8 stands: in `bytes` from `from` up to `end`. `latin1` is all of `bytes`, each as a character. */
export interface EventBytes {
  readonly bytes: Uint8Array;
  readonly latin1: string;
  readonly from: number;
  readonly end: number;
}
