/** What the audit checks; each finding names one. */
export type Check =
  /** Versions of a stream are 1, 2, 3 … without a gap. */
  | 'versions'
  /** The stored bytes are an event of a type and schema version that this program knows. */
  | 'readable'
  /** Each hash is SHA-256 of the hash before and the stored bytes. */
  | 'hash_chain'
  /** The stored bytes are canonical JSON (RFC 8785). */
  | 'canonical_bytes'
  /** The columns beside the bytes are copies of what is in them. */
  | 'columns'
  /** The balances on the event are the fold of everything up to it. */
  | 'balances'
  /** available + reserved + burned + expired = earned + adjusted − earnReversed. */
  | 'conservation'
  /** No balance is negative at any version. */
  | 'non_negative'
  /** `occurredAt` never runs backwards in a stream. */
  | 'time'
  /** (transaction id, position) is the order of the stream. */
  | 'position'
  /** A redemption's history is a path that the saga can take. */
  | 'saga_path'
  /** No two redemptions of a company share a provider key. */
  | 'provider_key'
  /** Behind each commit whose basis is an order stands that order. */
  | 'order'
  /** Projections are what the streams fold to: no row missing, different or superfluous. */
  | 'wallet_row'
  | 'redemption_row'
  | 'command_key_row'
  | 'voucher_code_row'
  | 'flagged_redemption_row'
  | 'dialect_redemption_row'
  | 'option_counter_row'
  /** What the saga still owes stands in its list of work, so that it won't be forgotten. */
  | 'saga_work_row'
  /** What was sealed is still there, unchanged. */
  | 'checkpoint';

/** One broken invariant. */
export interface Finding {
  readonly check: Check;
  readonly companyId: number;
  readonly walletId: string;
  readonly version?: string;
  readonly redemptionId?: string;
  /** What ought to be true, or the value that ought to stand there. */
  readonly expected: string;
  readonly found: string;
}

/** What a finding says besides where it was made. */
export type FoundFact = Pick<Finding, 'check' | 'expected' | 'found'> & { readonly redemptionId?: string | undefined };

export type Report = (finding: Finding) => void;
