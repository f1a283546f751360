import type { RedemptionKey } from '#ledger';

/** One redemption to look at. `tries`: looks since it last made progress, this one included. */
export interface WorkItem extends RedemptionKey {
  readonly tries: number;
}

/** A job says only "look at these": ids, never a code, never an amount. Arrays keep fifty of them small. */
export interface SagaJob {
  readonly redemptions: readonly (readonly [companyId: number, redemptionId: string, tries: number])[];
}

export function toJob(items: readonly WorkItem[]): SagaJob {
  return { redemptions: items.map(({ companyId, redemptionId, tries }) => [companyId, redemptionId, tries] as const) };
}

/** Reads a job. Anyone who can write to the queue can ask for a look, and a look does only what the ledger says is due. */
export function fromJob({ redemptions }: SagaJob): readonly WorkItem[] {
  return redemptions.map(([companyId, redemptionId, tries]) => ({ companyId, redemptionId, tries }));
}
