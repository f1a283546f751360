import { redemptionIdOf, type LedgerEvent } from '#domain';
import { projection } from './projection.js';

type KeyedEvent = LedgerEvent & { readonly key: NonNullable<LedgerEvent['key']> };

/** Who owns an idempotency key: the command whose first event carries it. */
export const commandKeyProjection = projection<KeyedEvent>({
  table: 'command_key',
  key: ['company_id', 'scope', 'key_digest'],
  columns: {
    company_id: ({ companyId }) => companyId,
    scope: ({ key }) => key.scope,
    key_digest: ({ key }) => key.keyDigest,
    command_digest: ({ key }) => key.commandDigest,
    command_id: ({ causationId }) => causationId,
    wallet_id: ({ walletId }) => walletId,
    redemption_id: redemptionIdOf,
    version: (event) => (opensItsRedemption(event) ? undefined : event.version),
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
