import { canonicalJson } from '../canonical-json.js';
import { decodeEvent, encodeEvent, readCanonicalEvent } from '../event/canonical-event.js';
import { MalformedRecord, type Json } from '../event/field.js';
import { chainHash, genesisHash, type ChainDigest } from '../event/hash-chain.js';
import { redemptionIdOf, type LedgerEvent } from '../event/ledger-event.js';
import { formatInstant } from '../instant.js';
import { evolveRedemption } from '../redemption/evolve-redemption.js';
import type { Redemption } from '../redemption/redemption.js';
import { emptyWallet, evolveWallet, isConserved, type Wallet } from '../wallet/wallet.js';
import { differingColumn } from './compare-columns.js';
import type { FoundFact, Report } from './finding.js';
import { RedemptionFolds } from './redemption-folds.js';
import { expectedBefore, standing } from './saga-path.js';
import type { StoredEvent } from './stored-event.js';

/** Which stream is looked at, and by what means. */
export interface StreamAuditOptions {
  readonly companyId: number;
  readonly walletId: string;
  readonly digest: ChainDigest;
  readonly report: Report;
  /** Sees every event that could be read, in order, after it was folded. */
  readonly onEvent?: ((event: LedgerEvent) => void) | undefined;
}

/**
 * Looks through one stream, a stored row at a time in order of version, and folds it with the engine's own `evolve`. It
 * trusts no row: what can't be read, or can't have happened, is a finding and the next row is looked at all the same. After a
 * finding it goes on from what is stored, so that one changed byte isn't reported at every version behind it.
 */
export class StreamAudit {
  wallet: Wallet = emptyWallet;
  private readonly folds = new RedemptionFolds();
  private readonly genesis: Uint8Array;
  private version = 0n;
  private before: StoredEvent | undefined;
  private transactionId: bigint | undefined;
  private position: bigint | undefined;
  /** How far the balances on the last event were from the fold. */
  private drift = '';
  private wasNegative = false;

  constructor(private readonly options: StreamAuditOptions) {
    this.genesis = genesisHash(options.digest, options.companyId, options.walletId);
  }

  /** The newest row's hash. Where it isn't what it ought to be, the rows behind it are judged by it all the same. */
  get head(): Uint8Array {
    return this.before?.hash ?? this.genesis;
  }

  /** About in the order in which they began. */
  redemptions(): readonly Redemption[] {
    return this.folds.all();
  }

  take(row: StoredEvent): void {
    this.checkPlace(row);
    this.checkHash(row);
    const event = this.readEvent(row);
    this.before = row;
    if (event === undefined) return;
    const differing = differingColumn(row, event);
    if (differing !== undefined) this.find(row, { check: 'columns', ...differing });
    this.fold(row, event);
    this.options.onEvent?.(event);
  }

  private checkPlace(row: StoredEvent): void {
    const expected = this.version + 1n;
    this.version = row.version;
    if (this.version !== expected) {
      this.find(row, { check: 'versions', expected: `version ${expected}`, found: `version ${row.version}` });
    }
    const { transactionId, position } = row;
    if (!this.isBefore(transactionId, position)) {
      const found = `(${transactionId}, ${position}) behind (${this.transactionId}, ${this.position})`;
      this.find(row, { check: 'position', expected: 'the order of (transaction id, position)', found });
    }
    this.transactionId = transactionId;
    this.position = position;
  }

  /** Whether the newest row's place comes before this one; an export has none. */
  private isBefore(transactionId: bigint | undefined, position: bigint | undefined): boolean {
    if (transactionId === undefined || this.transactionId === undefined) return true;
    if (transactionId !== this.transactionId) return transactionId > this.transactionId;
    return position !== undefined && this.position !== undefined && position > this.position;
  }

  private checkHash(row: StoredEvent): void {
    if (this.before !== undefined && row.follows?.(this.before) === true) return;
    const expected = chainHash(this.options.digest, this.head, row.body);
    if (!equal(expected, row.hash)) {
      this.find(row, { check: 'hash_chain', expected: hexOf(expected), found: hexOf(row.hash) });
    }
  }

  private readEvent(row: StoredEvent): LedgerEvent | undefined {
    const plain = readCanonicalEvent(row.bytes, row.latin1, row.from, row.end);
    if (plain !== undefined) return plain;
    try {
      const event = decodeEvent(row.body);
      // An event of an older version is not written again as it was.
      if (encodeEvent(event) !== row.body && canonicalJson(JSON.parse(row.body) as Json) !== row.body) {
        this.find(row, { check: 'canonical_bytes', expected: 'canonical JSON (RFC 8785)', found: excerpt(row.body) });
      }
      return event;
    } catch (error) {
      const found = error instanceof MalformedRecord ? error.message : String(error);
      this.find(row, { check: 'readable', expected: 'an event of a known type and schema version', found });
      return undefined;
    }
  }

  private fold(row: StoredEvent, event: LedgerEvent): void {
    const { lastOccurredAt } = this.wallet;
    if (lastOccurredAt !== undefined && event.occurredAt < lastOccurredAt) {
      const expected = `not before ${formatInstant(lastOccurredAt)}`;
      this.find(row, { check: 'time', expected, found: formatInstant(event.occurredAt) });
    }
    this.wallet = evolveWallet(this.wallet, event, event);
    this.checkBalances(row, event);
    const id = redemptionIdOf(event);
    if (id !== undefined) this.foldRedemption(row, event, id);
  }

  private checkBalances(row: StoredEvent, { balances }: LedgerEvent): void {
    const { wallet } = this;
    const isSo =
      balances.available === wallet.available &&
      balances.reserved === wallet.reserved &&
      balances.burned === wallet.burned;
    if (!isSo || this.drift !== '') {
      const { available, reserved, burned } = balances;
      const drift = `${available - wallet.available}/${reserved - wallet.reserved}/${burned - wallet.burned}`;
      if (!isSo && drift !== this.drift) {
        this.find(row, { check: 'balances', expected: amountsOf(wallet), found: amountsOf(balances) });
      }
      this.drift = isSo ? '' : drift;
    }
    if (!isConserved(wallet)) {
      this.find(row, { check: 'conservation', expected: 'points that add up', found: amountsOf(wallet) });
    }
    const isNegative = wallet.available < 0n || wallet.reserved < 0n || wallet.burned < 0n;
    if (isNegative && !this.wasNegative) {
      this.find(row, { check: 'non_negative', expected: 'no balance below zero', found: amountsOf(wallet) });
    }
    this.wasNegative = isNegative;
  }

  private foldRedemption(row: StoredEvent, event: LedgerEvent, redemptionId: string): void {
    const before = this.folds.get(redemptionId);
    const expected = expectedBefore(before, event, event.occurredAt);
    if (expected !== undefined) {
      this.find(row, { check: 'saga_path', redemptionId, expected, found: standing(before, event.type) });
    }
    if (event.type === 'RedemptionCommitted' && event.data.basis === 'order' && event.data.orderId === undefined) {
      this.find(row, { check: 'order', redemptionId, expected: 'the id of the order', found: 'none' });
    }
    // A story without its beginning can't be folded; that it is missing has been said.
    if (before === undefined && event.type !== 'RedemptionRequested') return;
    this.folds.replace(evolveRedemption(before, event, event));
  }

  private find(row: StoredEvent, { check, expected, found, redemptionId = row.redemptionId }: FoundFact): void {
    const { companyId, walletId, report } = this.options;
    const place = { check, companyId, walletId, version: String(row.version) };
    report({ ...place, ...(redemptionId === undefined ? {} : { redemptionId }), expected, found });
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function amountsOf(amounts: Pick<Wallet, 'available' | 'reserved' | 'burned'>): string {
  return `available ${amounts.available}, reserved ${amounts.reserved}, burned ${amounts.burned}`;
}

const EXCERPT_MAX = 80;

function excerpt(body: string): string {
  return body.length > EXCERPT_MAX ? `${body.slice(0, EXCERPT_MAX)}…` : body;
}
