/** An event's row as it is stored. Whole numbers of 64 bits are decimal strings, times as `formatInstant` writes them. */
export interface StoredEvent {
  readonly companyId: number;
  readonly walletId: string;
  readonly version: string;
  /** Assigned by the database and outside the hash; in an export that has none, left out. */
  readonly position?: string;
  readonly transactionId?: string;
  readonly eventId: string;
  readonly redemptionId: string | undefined;
  readonly type: string;
  readonly occurredAt: string;
  readonly availableAfter: string;
  readonly reservedAfter: string;
  readonly burnedAfter: string;
  readonly pointsDelta: string | undefined;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  readonly body: string;
  /** The body's UTF-8. */
  readonly bytes: Uint8Array;
}
