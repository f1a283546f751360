import type { CallMode, CallName } from '../../support/provider/index.js';
import type { ProviderSetup } from '../rig/fault-rig.js';

/** The providers of the table, by name. */
export const PROVIDERS = {
  honest: {},
  'without look-up': { traits: { lookup: 405 }, config: { canLookup: false } },
  'denies what it has': { traits: { lookup: 404 } },
  'without cancel': { traits: { canCancel: false }, config: { canCancel: false } },
  'without idempotency': { traits: { idempotent: false }, config: { idempotent: false } },
  'nobody there': { isDown: true },
} as const satisfies Readonly<Record<string, ProviderSetup>>;
export type ProviderName = keyof typeof PROVIDERS;

/** A row of the table: what happens to the calls that are struck. */
export interface TableRow {
  readonly name: string;
  readonly provider: ProviderName;
  readonly mode: CallMode;
  /** The provider breaks its own word about one key, one voucher: two vouchers of a key are then its doing. */
  readonly isLiar?: boolean;
}

const honest = (mode: CallMode, name = mode.replaceAll('_', ' ')): TableRow => ({ name, provider: 'honest', mode });

export const ROWS: readonly TableRow[] = [
  honest('fine'),
  honest('slow'),
  honest('hang', 'does it, then hangs'),
  honest('drop', 'does it, then drops'),
  honest('reset', 'does it, resets in mid-body'),
  honest('error', 'does it, answers 500'),
  honest('garbage', 'does it, 200 with garbage'),
  honest('too_long', 'does it, answers a megabyte'),
  honest('dribble', 'does it, answers without end'),
  honest('redirect', 'does it, redirects'),
  honest('in_progress', '409 in progress'),
  honest('declined', 'declines'),
  honest('unavailable', 'not done, 503'),
  honest('ignored', 'not done, silent'),
  honest('late', 'late: done after the time-out'),
  { ...honest('forgets', 'forgets the key'), isLiar: true },
  { ...honest('another_code', 'another code for the key'), isLiar: true },
  honest('same_code', 'same code twice'),
  { name: 'without look-up, drops', provider: 'without look-up', mode: 'drop' },
  { name: 'denies what it has, drops', provider: 'denies what it has', mode: 'drop' },
  { name: 'without cancel, fine', provider: 'without cancel', mode: 'fine' },
  { name: 'without cancel, late', provider: 'without cancel', mode: 'late' },
  { name: 'without cancel, ignores', provider: 'without cancel', mode: 'ignored' },
  { name: 'without idempotency, drops', provider: 'without idempotency', mode: 'drop' },
  { name: 'without idempotency, ignores', provider: 'without idempotency', mode: 'ignored' },
  { name: 'nobody there', provider: 'nobody there', mode: 'fine' },
];

/** Modes in which the answer to a call arrives, so that nothing of it is lost. */
export function answers(mode: CallMode): boolean {
  return ['fine', 'forgets', 'another_code', 'same_code', 'declined'].includes(mode);
}

export const MOMENTS = ['first try', 'retry', 'after expiry', 'during release', 'after cancel'] as const;
export type Moment = (typeof MOMENTS)[number];

export const DELIVERIES = ['once', 'twice', 'out of order'] as const;
export type DeliveryName = (typeof DELIVERIES)[number];

export type { CallName };
