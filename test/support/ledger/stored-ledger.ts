import {
  chainHash,
  decodeEvent,
  emptyWallet,
  entryMovementOf,
  evolveWallet,
  foldStream,
  formatInstant,
  genesisHash,
  isConserved,
  redemptionIdOf,
  type LedgerEvent,
  type Wallet,
} from '#domain';
import { sha256 } from '#platform';
import type pg from 'pg';
import { compareProjections, type Expected } from './stored-projections.js';

/** Times as the events' bytes have them: fixed-width microseconds in UTC. */
const READ_EVENTS = `
  SELECT company_id, wallet_id, version::text, event_id, redemption_id, type, body, hash, available_after::text,
         reserved_after::text, burned_after::text, points_delta::text,
         to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at
  FROM event e ORDER BY e.company_id, e.wallet_id, e.version`;

interface EventRow {
  readonly company_id: number;
  readonly wallet_id: string;
  readonly version: string;
  readonly event_id: string;
  readonly redemption_id: string | null;
  readonly type: string;
  readonly body: string;
  readonly hash: Buffer;
  readonly available_after: string;
  readonly reserved_after: string;
  readonly burned_after: string;
  readonly points_delta: string | null;
  readonly occurred_at: string;
}

/**
 * Replays everything that is stored and names whatever does not fit, in one snapshot: gaps, broken hashes, columns that differ from
 * the bytes, time that runs backwards, points that are not conserved at some version, and every inline projection that is
 * not what its stream folds to. An empty list means that all of it holds.
 */
export async function findingsIn(pool: pg.Pool): Promise<readonly string[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<EventRow>(READ_EVENTS);
    const findings: string[] = [];
    const expected: Expected = { wallets: new Map(), redemptions: new Map(), keys: new Map() };
    for (const stream of streamsOf(rows)) replay(stream, expected, findings);
    findings.push(...(await compareProjections(client, expected)));
    await client.query('COMMIT');
    return findings;
  } finally {
    client.release(true);
  }
}

function streamsOf(rows: readonly EventRow[]): readonly (readonly EventRow[])[] {
  const streams = new Map<string, EventRow[]>();
  for (const row of rows) {
    const id = `${row.company_id}:${row.wallet_id}`;
    const stream = streams.get(id);
    if (stream === undefined) streams.set(id, [row]);
    else stream.push(row);
  }
  return [...streams.values()];
}

function replay(rows: readonly EventRow[], expected: Expected, findings: string[]): void {
  const { company_id: companyId, wallet_id: walletId } = rows[0] as EventRow;
  const events: LedgerEvent[] = [];
  let wallet = emptyWallet;
  let hash = genesisHash(sha256, companyId, walletId);
  for (const row of rows) {
    const event = decodeEvent(row.body);
    const find = (what: string): unknown => findings.push(`${companyId}:${walletId} version ${row.version}: ${what}`);
    if (event.version !== wallet.version + 1n) find('a gap in the stream');
    if ((wallet.lastOccurredAt ?? 0) > event.occurredAt) find('time runs backwards');
    hash = chainHash(sha256, hash, row.body);
    if (!row.hash.equals(hash)) find('the hash does not follow from the one before');
    wallet = evolveWallet(wallet, event, event);
    if (!isConserved(wallet)) find('points are not conserved');
    for (const column of columnsThatDiffer(row, event, wallet)) find(`column ${column} differs from the event`);
    events.push(event);
    const { key } = event;
    if (key === undefined) continue;
    const keyId = `${companyId} ${key.scope} ${key.keyDigest}`;
    if (expected.keys.has(keyId)) find('its idempotency key stands on an earlier event too');
    expected.keys.set(keyId, event);
  }
  const folded = foldStream(events);
  expected.wallets.set(`${companyId}:${walletId}`, { wallet: folded.wallet, hash });
  for (const redemption of folded.redemptions.values()) {
    expected.redemptions.set(`${companyId}:${redemption.id}`, { companyId, walletId, redemption });
  }
}

function columnsThatDiffer(row: EventRow, event: LedgerEvent, { available, reserved, burned }: Wallet): string[] {
  const wanted: Partial<Record<keyof EventRow, string | number | null>> = {
    company_id: event.companyId,
    wallet_id: event.walletId,
    version: `${event.version}`,
    event_id: event.eventId,
    redemption_id: redemptionIdOf(event) ?? null,
    type: event.type,
    occurred_at: formatInstant(event.occurredAt),
    available_after: `${available}`,
    reserved_after: `${reserved}`,
    burned_after: `${burned}`,
    points_delta: entryMovementOf(event)?.pointsDelta.toString() ?? null,
  };
  return Object.entries(wanted).flatMap(([column, value]) => (row[column as keyof EventRow] === value ? [] : [column]));
}
