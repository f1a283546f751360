import { instant, type Instant, type StoredEvent } from '#domain';
import { hash } from 'node:crypto';
import type { RowBatch } from './row-batch.js';
import { COMPANY, LENGTH_BYTES, THIRD, WALLET } from './stream-columns.js';

/** In the order in which `EventRow` finds them: what is never null and always as wide comes first, the body last. */
export const EVENT_COLUMNS = `
  company_id, wallet_id, version, position, transaction_id, occurred_at, available_after, reserved_after, burned_after, event_id,
  redemption_id, points_delta, type, hash, body`;

const VERSION = THIRD;
const POSITION = 46;
const TRANSACTION = 58;
const OCCURRED_AT = 70;
const AVAILABLE = 82;
const RESERVED = 94;
const BURNED = 106;
const EVENT_ID = 118;
const REDEMPTION_ID = 138;
const HASH_WIDTH = 32;

/** A stored event as it came from the server. Values are read where they are asked for: most are only compared. */
export class EventRow implements StoredEvent {
  readonly version: bigint;
  readonly from: number;
  readonly end: number;
  private readonly deltaAt: number;
  private readonly typeAt: number;
  private readonly hashAt: number;

  /** @param walletId of its bytes; texts of ids are made once for a stream. */
  constructor(
    private readonly batch: RowBatch,
    private readonly at: number,
    readonly companyId: number,
    readonly walletId: string,
  ) {
    this.version = batch.int64(at + VERSION);
    this.deltaAt = behind(batch, at + REDEMPTION_ID) + LENGTH_BYTES;
    this.typeAt = behind(batch, this.deltaAt) + LENGTH_BYTES;
    this.hashAt = behind(batch, this.typeAt) + LENGTH_BYTES;
    this.from = behind(batch, this.hashAt) + LENGTH_BYTES;
    this.end = behind(batch, this.from);
  }

  get position(): bigint {
    return this.batch.int64(this.at + POSITION);
  }

  get transactionId(): bigint {
    return this.batch.int64(this.at + TRANSACTION);
  }

  get eventId(): string {
    return this.batch.uuid(this.at + EVENT_ID);
  }

  get redemptionId(): string | undefined {
    const at = this.at + REDEMPTION_ID;
    return isNull(this.batch, at) ? undefined : this.batch.uuid(at);
  }

  get type(): string {
    return this.batch.utf8(this.typeAt, behind(this.batch, this.typeAt));
  }

  get occurredAt(): Instant {
    return instant(this.batch.micros(this.at + OCCURRED_AT));
  }

  get availableAfter(): bigint {
    return this.batch.int64(this.at + AVAILABLE);
  }

  get reservedAfter(): bigint {
    return this.batch.int64(this.at + RESERVED);
  }

  get burnedAfter(): bigint {
    return this.batch.int64(this.at + BURNED);
  }

  get pointsDelta(): bigint | undefined {
    return isNull(this.batch, this.deltaAt) ? undefined : this.batch.int64(this.deltaAt);
  }

  get hash(): Uint8Array {
    return Buffer.from(this.hashText, 'latin1');
  }

  get body(): string {
    return this.batch.utf8(this.from, this.end);
  }

  get bytes(): Buffer {
    return this.batch.bytes;
  }

  get latin1(): string {
    return this.batch.latin1;
  }

  hasTexts(eventId: string, redemptionId: string | undefined, type: string): boolean {
    const { batch, at } = this;
    const hasRedemption =
      redemptionId === undefined
        ? isNull(batch, at + REDEMPTION_ID)
        : !isNull(batch, at + REDEMPTION_ID) && batch.isUuid(at + REDEMPTION_ID, redemptionId);
    return (
      hasRedemption &&
      batch.isUuid(at + EVENT_ID, eventId) &&
      batch.isText(this.typeAt, behind(batch, this.typeAt) - this.typeAt, type)
    );
  }

  /** The hash of the row before is written over what stands before the body, so that both are hashed in one piece. */
  follows(before: StoredEvent): boolean {
    if (!(before instanceof EventRow)) return false;
    const { bytes } = this.batch;
    const own = this.hashText;
    if (own.length !== HASH_WIDTH) return false;
    bytes.write(before.hashText, this.from - HASH_WIDTH, HASH_WIDTH, 'latin1');
    return hash('sha256', bytes.subarray(this.from - HASH_WIDTH, this.end), 'binary') === own;
  }

  /** As it came, for as long as it is asked for: the text was made of the bytes before anything was written over them. */
  private get hashText(): string {
    return this.batch.latin1.slice(this.hashAt, this.from - LENGTH_BYTES);
  }
}

function isNull(batch: RowBatch, at: number): boolean {
  return batch.int32(at - LENGTH_BYTES) < 0;
}

/** The place behind the value that stands at `at`. */
function behind(batch: RowBatch, at: number): number {
  const length = batch.int32(at - LENGTH_BYTES);
  return length < 0 ? at : at + length;
}

/** Makes rows, and tells where a stream begins by its bytes. */
export class EventRows {
  private companyId = -1;
  private walletId = '';
  private readonly wallet = new Uint8Array(16);

  /** The row that begins at `at`. */
  row(batch: RowBatch, at: number): EventRow {
    const companyId = batch.int32(at + COMPANY);
    if (companyId !== this.companyId || !this.isWallet(batch.bytes, at + WALLET)) {
      this.companyId = companyId;
      this.walletId = batch.uuid(at + WALLET);
      this.wallet.set(batch.bytes.subarray(at + WALLET, at + WALLET + 16));
    }
    return new EventRow(batch, at, companyId, this.walletId);
  }

  private isWallet(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < 16; i++) if (bytes[at + i] !== this.wallet[i]) return false;
    return true;
  }
}
