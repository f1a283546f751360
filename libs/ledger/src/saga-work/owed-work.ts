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

export function owedWork(companyId: number, r: Redemption, now: Instant, byCaller: boolean): OwedWork {
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
      return byCaller ? { kind: 'due', at: now, queue } : { kind: 'in_hand' };
    default:
      return { kind: 'due', at: now, queue };
  }
}
