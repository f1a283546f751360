import { decodeEvent, type LedgerEvent } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import type { KeyOwner } from './load-group.js';
import type { PendingCommand } from './pending-command.js';

/** A command writes a handful of events, next to each other. */
const READ_WRITTEN = `
  SELECT body FROM event
  WHERE company_id = $1 AND wallet_id = $2 AND version >= coalesce($3::bigint,
    (SELECT first_version FROM redemption WHERE company_id = $1 AND id = $4))
  ORDER BY version LIMIT 16`;

/** The events that an earlier run of the same command wrote, whose COMMIT was never answered. */
export async function readWritten(
  client: pg.ClientBase,
  prepare: Prepare,
  command: PendingCommand,
  owner: KeyOwner,
): Promise<readonly LedgerEvent[]> {
  const values = [command.companyId, command.walletId, owner.version?.toString() ?? null, owner.redemptionId ?? null];
  const { rows } = await client.query<{ body: string }>(prepare('recover', READ_WRITTEN, values));
  return rows.map(({ body }) => decodeEvent(body)).filter((event) => event.causationId === command.commandId);
}
