import {
  chainHash,
  decodeEvent,
  emptyWallet,
  encodeEvent,
  entryMovementOf,
  evolveWallet,
  formatInstant,
  genesisHash,
  redemptionIdOf,
  type LedgerEvent,
} from '#domain';
import { sha256, uuidV7 } from '#platform';
import type pg from 'pg';

const READ = `SELECT company_id, body FROM event WHERE wallet_id = $1 ORDER BY version`;
const DELETE = `DELETE FROM event WHERE wallet_id = $1`;
const INSERT = `
  INSERT INTO event (company_id, wallet_id, version, event_id, redemption_id, type, occurred_at, body, hash, available_after,
                     reserved_after, burned_after, points_delta)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

/**
 * Rewrites a wallet's whole stream as somebody would who knows the engine: every event goes through `change`, `more` is
 * appended, and balances, bytes, columns and all hashes are made to fit.
 */
export async function forgeStream(
  client: pg.Client,
  walletId: string,
  change: (event: LedgerEvent) => LedgerEvent,
  more: (events: readonly LedgerEvent[]) => LedgerEvent | undefined = () => undefined,
): Promise<void> {
  const { rows } = await client.query<{ company_id: number; body: string }>(READ, [walletId]);
  const events = rows.map(({ body }) => decodeEvent(body));
  const another = more(events);
  if (another !== undefined) {
    const { version, occurredAt } = events.at(-1) as LedgerEvent;
    events.push({ ...another, eventId: uuidV7(), version: version + 1n, occurredAt });
  }
  await client.query(DELETE, [walletId]);
  let hash = genesisHash(sha256, rows[0]?.company_id as number, walletId);
  let wallet = emptyWallet;
  for (const event of events.map(change)) {
    wallet = evolveWallet(wallet, event, event);
    const { available, reserved, burned } = wallet;
    const forged = { ...event, balances: { available, reserved, burned } };
    const body = encodeEvent(forged);
    hash = chainHash(sha256, hash, body);
    await client.query(INSERT, [
      forged.companyId,
      walletId,
      String(forged.version),
      forged.eventId,
      redemptionIdOf(forged),
      forged.type,
      formatInstant(forged.occurredAt),
      body,
      hash,
      String(available),
      String(reserved),
      String(burned),
      entryMovementOf(forged)?.pointsDelta.toString(),
    ]);
  }
}
