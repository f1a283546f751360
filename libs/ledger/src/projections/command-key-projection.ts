import { redemptionIdOf, type LedgerEvent } from '#domain';
import { int4, int8, text, uuid } from './columns.js';
import { projection } from './projection.js';

type KeyedEvent = LedgerEvent & { readonly key: NonNullable<LedgerEvent['key']> };

/** Who owns an idempotency key: the command whose first event carries it. */
export const commandKeyProjection = projection<KeyedEvent>({
  table: 'command_key',
  key: ['company_id', 'scope', 'key_digest'],
  columns: {
    company_id: int4(({ companyId }) => companyId),
    scope: text(({ key }) => key.scope),
    key_digest: text(({ key }) => key.keyDigest),
    command_digest: text(({ key }) => key.commandDigest),
    command_id: uuid(({ causationId }) => causationId),
    wallet_id: uuid(({ walletId }) => walletId),
    redemption_id: uuid(redemptionIdOf),
    version: int8((event) => (opensItsRedemption(event) ? undefined : event.version)),
  },
  rowsOf: ({ events }) => events.filter(isKeyed),
});

function isKeyed(event: LedgerEvent): event is KeyedEvent {
  return event.key !== undefined;
}

/** Such a key finds everything through its redemption; one that opened another in place of a lost one needs its first event. */
function opensItsRedemption(event: LedgerEvent): boolean {
  return event.type === 'RedemptionRequested' && event.data.recoversRedemptionId === undefined;
}
