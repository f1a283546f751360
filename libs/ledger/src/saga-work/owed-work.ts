import { isLocal, nextStep, type Instant, type Redemption } from '#domain';

/** What a redemption owes after a command: nothing, or a look at a time by a queue. */
export type OwedWork =
  | { readonly kind: 'nothing' }
  /** The worker has it in hand, under its lease, and will say itself when to look again. */
  | { readonly kind: 'in_hand' }
  | { readonly kind: 'due'; readonly at: Instant; readonly queue: string };

/** The queue that may work on a redemption: a provider that is called has one of its own, so that it starves no other. */
export function queueOf(companyId: number, r: Redemption): string {
  return r.provider === undefined || isLocal(r) ? 'local' : `provider.${companyId}.${r.provider.name}`;
}

/** Before and after a group; `byCaller`: the last command that changed it was not the worker's. */
export interface WorkChange {
  readonly companyId: number;
  readonly before: Redemption | undefined;
  readonly after: Redemption;
  readonly byCaller: boolean;
}

export function owedWork({ companyId, before, after: r, byCaller }: WorkChange, now: Instant): OwedWork {
  const step = nextStep(r, now);
  const queue = queueOf(companyId, r);
  switch (step.kind) {
    case 'none':
      return { kind: 'nothing' };
    case 'wait':
      return { kind: 'due', at: step.until, queue };
    case 'call':
    case 'find':
    case 'cancel':
    case 'flag':
      // Where nothing was owed there is no row and no lease: a voucher that comes after all has been given back opens work anew.
      return byCaller || !owed(before, now) ? { kind: 'due', at: now, queue } : { kind: 'in_hand' };
    default:
      return { kind: 'due', at: now, queue };
  }
}

function owed(before: Redemption | undefined, now: Instant): boolean {
  return before !== undefined && nextStep(before, now).kind !== 'none';
}
