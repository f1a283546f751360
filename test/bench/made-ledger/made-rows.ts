import {
  encodeRedemption,
  entryMovementOf,
  formatInstant,
  nextStep,
  isSettled,
  redemptionIdOf,
  type RecordedEvent,
  type Redemption,
  type StreamHead,
} from '#domain';

/** `COPY … FROM STDIN` of each table; a value that is not there is `\N`. */
export const LOADS = {
  event: `COPY event (company_id, wallet_id, version, event_id, redemption_id, type, occurred_at, body, hash,
    available_after, reserved_after, burned_after, points_delta) FROM STDIN`,
  customer: `COPY customer (company_id, id, wallet_id, tags) FROM STDIN`,
  wallet: `COPY wallet (company_id, id, customer_id, version, head_hash, available, reserved, burned, expired, earned,
    adjusted_up, adjusted_down, earn_reversed, last_occurred_at, last_entry_at, created_at) FROM STDIN`,
  redemption: `COPY redemption (company_id, id, wallet_id, status, reward_option_id, points_committed, points_reversed,
    requested_at, first_version, last_entry_version, state, settled) FROM STDIN`,
  command_key: `COPY command_key (company_id, scope, key_digest, command_digest, command_id, wallet_id, redemption_id,
    version) FROM STDIN`,
  voucher_code: `COPY voucher_code (company_id, digest, redemption_id) FROM STDIN`,
  purchase_order: `COPY purchase_order (company_id, id, customer_id, wallet_id, dialect, total_cents, currency, placed_at) FROM STDIN`,
  purchase_order_code: `COPY purchase_order_code (company_id, order_id, redemption_id, recovery_id, paying_id, points) FROM STDIN`,
  saga_work: `COPY saga_work (company_id, redemption_id, wallet_id, queue, due_at) FROM STDIN`,
  flagged_redemption: `COPY flagged_redemption (company_id, redemption_id, flagged_at) FROM STDIN`,
} as const;

export type Table = keyof typeof LOADS;

type Value = string | number | bigint | undefined;

function line(...values: readonly Value[]): string {
  // What is made here holds no tab and no line break; a backslash is the format's own.
  return values.map((value) => (value === undefined ? '\\N' : String(value).replaceAll('\\', '\\\\'))).join('\t');
}

function bytea(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

export function eventLine({ event, bytes, hash }: RecordedEvent): string {
  const { companyId, walletId, version, eventId, type, occurredAt, balances } = event;
  return line(
    ...[companyId, walletId, version, eventId, redemptionIdOf(event), type, formatInstant(occurredAt), bytes],
    ...[bytea(hash), balances.available, balances.reserved, balances.burned, entryMovementOf(event)?.pointsDelta],
  );
}

/** The rows of a command's key, by the first event it wrote. */
export function keyLine({ event }: RecordedEvent): string {
  const { key, causationId, walletId, companyId, version, type } = event;
  const finds = type === 'RedemptionRequested' ? undefined : version;
  const redemptionId = redemptionIdOf(event);
  return line(companyId, key?.scope, key?.keyDigest, key?.commandDigest, causationId, walletId, redemptionId, finds);
}

export function customerLine(companyId: number, customerId: string, walletId: string): string {
  return line(companyId, customerId, walletId, '{}');
}

export function walletLine(
  { companyId, walletId, customerId }: { companyId: number; walletId: string; customerId: string },
  { wallet: w, hash }: StreamHead,
  openedAt: string,
): string {
  const times = [w.lastOccurredAt, w.lastEntryAt].map((at) => (at === undefined ? undefined : formatInstant(at)));
  return line(
    ...[companyId, walletId, customerId, w.version, bytea(hash), w.available, w.reserved, w.burned, w.expired],
    ...[w.earned, w.adjustedUp, w.adjustedDown, w.earnReversed, ...times, openedAt],
  );
}

/** The order that a redemption was committed for, and the code it carried. */
export function orderLines(
  { companyId, walletId, customerId }: { companyId: number; walletId: string; customerId: string },
  orderId: string,
  { id, committed }: Redemption,
  placedAt: string,
): readonly [Table, string][] {
  return [
    ['purchase_order', line(companyId, orderId, customerId, walletId, 'bitbybit', 1_000, 'USD', placedAt)],
    ['purchase_order_code', line(companyId, orderId, id, id, id, committed)],
  ];
}

export function redemptionLines(companyId: number, walletId: string, r: Redemption): readonly [Table, string][] {
  const requestedAt = formatInstant(r.requestedAt);
  const amounts = [r.committed, r.reversed];
  const ends = [requestedAt, r.firstVersion, r.lastEntryVersion, encodeRedemption(r), String(isSettled(r))];
  const lines: [Table, string][] = [
    ['redemption', line(companyId, r.id, walletId, r.status, r.rewardOptionId, ...amounts, ...ends)],
  ];
  if (r.voucher.code !== undefined) lines.push(['voucher_code', line(companyId, r.voucher.code.digest, r.id)]);
  // Far in the future, so that no worker takes up what nobody is to finish.
  if (nextStep(r, r.updatedAt).kind !== 'none') {
    lines.push(['saga_work', line(companyId, r.id, walletId, 'local', '2099-01-01T00:00:00Z')]);
  }
  if (r.flags.length > 0) lines.push(['flagged_redemption', line(companyId, r.id, formatInstant(r.updatedAt))]);
  return lines;
}
