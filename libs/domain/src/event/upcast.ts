import type { EventType } from './event-schemas.js';
import { MalformedRecord, type Json } from './field.js';

type StoredEvent = { readonly [name: string]: Json | undefined };

/** Brings a stored event of one version to the next; pure, and never writes back. */
export type Upcaster = (stored: StoredEvent) => StoredEvent;

/** `upcasters.X[0]` brings version 1 of X to version 2. Every stored shape there ever was stands in test/golden. */
export const upcasters: Partial<Record<EventType, readonly Upcaster[]>> = {};

/**
 * Walks a stored event up to today's schema version.
 * @throws MalformedRecord when it was written by a newer version of this program, or has no version.
 */
export function upcast(
  type: EventType,
  version: Json | undefined,
  stored: StoredEvent,
  steps: readonly Upcaster[] = upcasters[type] ?? [],
): StoredEvent {
  const newest = steps.length + 1;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > newest) {
    throw new MalformedRecord(
      `${type} has schema version ${JSON.stringify(version)}; this program knows 1 to ${newest}`,
    );
  }
  let event = stored;
  for (const step of steps.slice(version - 1)) event = step(event);
  return version === newest ? event : { ...event, schemaVersion: newest };
}

/** Today's schema version of an event type: one more than the steps that lead to it. */
export function schemaVersionOf(type: EventType): number {
  return (upcasters[type]?.length ?? 0) + 1;
}
