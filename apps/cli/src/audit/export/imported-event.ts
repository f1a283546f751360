import { decodeEvent, entryMovementOf, MalformedRecord, redemptionIdOf, type StoredEvent } from '#domain';
import { isUuid } from '#platform';

/** An event of an export with the columns that a database would have beside its bytes. @throws MalformedRecord */
export function importedEvent(body: string, hash: string): StoredEvent {
  const event = decodeEvent(body);
  // The database sees to it where the event is written; its place in the tree follows from the last digits.
  if (!isUuid(event.walletId)) throw new MalformedRecord('walletId should be a UUID');
  const { available, reserved, burned } = event.balances;
  const bytes = Buffer.from(body);
  return {
    companyId: event.companyId,
    walletId: event.walletId,
    version: event.version,
    eventId: event.eventId,
    redemptionId: redemptionIdOf(event),
    type: event.type,
    occurredAt: event.occurredAt,
    availableAfter: available,
    reservedAfter: reserved,
    burnedAfter: burned,
    pointsDelta: entryMovementOf(event)?.pointsDelta,
    hash: Buffer.from(hash, 'hex'),
    body,
    bytes,
    latin1: bytes.toString('latin1'),
    from: 0,
    end: bytes.length,
  };
}
