import type { RedemptionStatus } from '#domain';

/** The five statuses that bitbybit's callers know. */
export const dialectStatuses = ['reserved', 'committed', 'released', 'expired', 'failed'] as const;
export type DialectStatus = (typeof dialectStatuses)[number];

/** How ours read there (design §6): what is on its way still reads as where it comes from. */
export const dialectStatusOf: Record<RedemptionStatus, DialectStatus> = {
  requested: 'reserved',
  reserved: 'reserved',
  releasing: 'reserved',
  committed: 'committed',
  reversing: 'committed',
  reversed: 'released',
  released: 'released',
  expired: 'expired',
  failed: 'failed',
};

/** Which of ours read as `status`; all of them where none is asked for. */
export function engineStatusesOf(status: DialectStatus | undefined): RedemptionStatus[] {
  const all = Object.keys(dialectStatusOf) as RedemptionStatus[];
  return status === undefined ? all : all.filter((engine) => dialectStatusOf[engine] === status);
}
