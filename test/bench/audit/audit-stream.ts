import { createHash } from 'node:crypto';

import {
  chainHash,
  decodeEvent,
  emptyWallet,
  encodeEvent,
  entryMovementOf,
  evolveWallet,
  foldStream,
  formatInstant,
  genesisHash,
  isConserved,
  redemptionIdOf,
  type ChainDigest,
  type LedgerEvent,
  type StreamState,
  type Wallet,
} from '#domain';

import type { Expect } from './finding.js';

/** A row of `event` as node-postgres gives it; numbers of 64 bits are texts. */
export interface StoredEvent {
  readonly company_id: number;
  readonly wallet_id: string;
  readonly version: string;
  readonly position: string;
  readonly transaction_id: string;
  readonly event_id: string;
  readonly redemption_id: string | null;
  readonly type: string;
  readonly occurred_at: string;
  readonly body: string;
  readonly hash: Buffer;
  readonly available_after: string;
  readonly reserved_after: string;
  readonly burned_after: string;
  readonly points_delta: string | null;
}

/** What a sound stream says. */
export interface AuditedStream extends StreamState {
  /** The newest event's hash. */
  readonly head: Buffer;
}

/** The audit's own digest, made beside the engine's. */
const sha256: ChainDigest = (previous, text) => createHash('sha256').update(previous).update(text, 'utf8').digest();

/**
 * Checks one wallet's stored events, in order of version, against each other and against their own bytes.
 *
 * @returns what they fold to; undefined when they can't be read.
 */
export function auditStream(rows: readonly StoredEvent[], expect: Expect): AuditedStream | undefined {
  const first = rows[0];
  if (first === undefined) return undefined;
  const stream = `${first.company_id}:${first.wallet_id}`;
  const events: LedgerEvent[] = [];
  let wallet = emptyWallet;
  let head: Uint8Array = genesisHash(sha256, first.company_id, first.wallet_id);
  try {
    for (const [index, row] of rows.entries()) {
      const where = `${stream} version ${row.version}`;
      expect(row.version === `${index + 1}`, 'versions of a stream have no gap', where);
      head = chainHash(sha256, head, row.body);
      expect(row.hash.equals(head), 'each hash covers the bytes and the hash before', where);
      const event = decodeEvent(row.body);
      expect(encodeEvent(event) === row.body, 'stored bytes are canonical', where);
      expectCopies(row, event, where, expect);
      expectOrder(rows[index - 1], row, where, expect);
      wallet = evolveWallet(wallet, event, event);
      expectBalances(wallet, event, where, expect);
      events.push(event);
    }
    return { ...foldStream(events), head: Buffer.from(head) };
  } catch (error) {
    expect(false, 'a stream can be read and folded', stream, () => String(error));
    return undefined;
  }
}

/** The columns beside the bytes are copies of what is in them. */
function expectCopies(row: StoredEvent, event: LedgerEvent, where: string, expect: Expect): void {
  const copies: readonly (readonly [string, unknown, unknown])[] = [
    ['company_id', row.company_id, event.companyId],
    ['wallet_id', row.wallet_id, event.walletId],
    ['version', row.version, String(event.version)],
    ['event_id', row.event_id, event.eventId],
    ['redemption_id', row.redemption_id, redemptionIdOf(event) ?? null],
    ['type', row.type, event.type],
    ['occurred_at', row.occurred_at, formatInstant(event.occurredAt)],
    ['available_after', row.available_after, String(event.balances.available)],
    ['reserved_after', row.reserved_after, String(event.balances.reserved)],
    ['burned_after', row.burned_after, String(event.balances.burned)],
    ['points_delta', row.points_delta, entryMovementOf(event)?.pointsDelta.toString() ?? null],
  ];
  for (const [column, stored, inBytes] of copies) {
    expect(
      stored === inBytes,
      'columns are copies of the bytes',
      where,
      () => `${column} ${String(stored)} ≠ ${String(inBytes)}`,
    );
  }
}

/** Time never runs backwards, and (transaction id, position) is the order of the stream. */
function expectOrder(before: StoredEvent | undefined, row: StoredEvent, where: string, expect: Expect): void {
  if (before === undefined) return;
  expect(before.occurred_at <= row.occurred_at, 'time never runs backwards in a stream', where);
  const transactions = BigInt(row.transaction_id) - BigInt(before.transaction_id);
  const isLater = transactions > 0n || (transactions === 0n && BigInt(row.position) > BigInt(before.position));
  expect(isLater, '(transaction id, position) is the order of the stream', where);
}

function expectBalances(wallet: Wallet, event: LedgerEvent, where: string, expect: Expect): void {
  const { available, reserved, burned } = event.balances;
  const agree = available === wallet.available && reserved === wallet.reserved && burned === wallet.burned;
  expect(agree, 'the balances after an event are the fold of all before', where);
  expect(isConserved(wallet), 'points are conserved at every version', where);
  const amounts = [wallet.available, wallet.reserved, wallet.burned, wallet.expired, wallet.earned];
  expect(
    amounts.every((amount) => amount >= 0n),
    'no balance is negative at any version',
    where,
  );
}
