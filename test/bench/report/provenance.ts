import type { Machine } from './machine.js';

/** Where and when something was measured. */
export interface Provenance {
  readonly machine: Machine;
  /** The part of the processors' time that the machine's host gave to others meanwhile; null where the system doesn't tell. */
  readonly stolenShare?: number | null;
  readonly at: string;
}

/** The same of a run under load. */
export interface RunProvenance extends Provenance {
  readonly queue: 'postgres' | 'redis';
  readonly seconds: number;
}
