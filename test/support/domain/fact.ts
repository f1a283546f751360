import type { DomainEvent, EventType } from '#domain';

import { REDEMPTION } from './material.js';

type DataOf<T extends EventType> = DomainEvent<T>['data'];
type RedemptionEventType = {
  [T in EventType]: DataOf<T> extends { readonly redemptionId: string } ? T : never;
}[EventType];

/** An expected event of the story's redemption, or of the one its data names. */
export function fact<T extends RedemptionEventType>(
  type: T,
  data: Omit<DataOf<T>, 'redemptionId'> & { readonly redemptionId?: string },
): DomainEvent {
  return { type, data: { redemptionId: REDEMPTION, ...data } } as unknown as DomainEvent;
}
