import type { Instant } from '../instant.js';
import { balances } from '../wallet/balances.js';
import type { eventSchemas, EventType } from './event-schemas.js';
import { moment, oneOf, optional, points, record, smallInteger, text, token, type ValueOf } from './field.js';

/** What `decide` says: a fact without its place in the stream yet. */
export type DomainEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly data: ValueOf<(typeof eventSchemas)[K]> };
}[T];

/** Who caused an event. */
export const actor = record({ kind: oneOf('api_key', 'worker', 'admin', 'system'), id: text });
export type Actor = ValueOf<typeof actor>;

/**
 * The idempotency key of a caller's command, on the first event it wrote: the scope `<dialect>.<operation>` and two digests
 * under the company's secret. The readable key stands only in the erasable side table.
 */
export const commandKey = record({ scope: text, keyDigest: token, commandDigest: token });
export type CommandKey = ValueOf<typeof commandKey>;

/** Everything of an event but its type-dependent data, as it is stored. */
export const envelopeFields = {
  eventId: token,
  companyId: smallInteger,
  walletId: token,
  version: points,
  type: token,
  schemaVersion: smallInteger,
  occurredAt: moment,
  causationId: token,
  actor,
  traceId: optional(text),
  key: optional(commandKey),
  /** Salted digest of what the erasable side table holds for this event. */
  privateDigest: optional(token),
  balances,
} as const;

type EnvelopeFields = { readonly [K in keyof typeof envelopeFields]: ValueOf<(typeof envelopeFields)[K]> };

/** A stored fact in a wallet's stream. */
export type LedgerEvent<T extends EventType = EventType> = Omit<EnvelopeFields, 'type'> & DomainEvent<T>;

/** What evolving a redemption needs to know of an event besides its data. */
export interface EventPlace {
  readonly version: bigint;
  readonly occurredAt: Instant;
  readonly causationId: string;
}

/** The redemption an event belongs to; `undefined` for events of the wallet alone. */
export function redemptionIdOf(event: DomainEvent): string | undefined {
  return 'redemptionId' in event.data ? event.data.redemptionId : undefined;
}
