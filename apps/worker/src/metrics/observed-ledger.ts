import type { Ledger, LedgerObserver } from '#ledger';
import { recordGroup, type Tracer } from '#platform/tracing';
import type { WorkerMetrics } from './worker-metrics.js';

/** Whoever wants to hear of the ledger's groups; undefined where nobody does. */
export function ledgerObserver(
  metrics: WorkerMetrics | undefined,
  tracer: Tracer | undefined,
): LedgerObserver | undefined {
  if (tracer === undefined) return metrics?.ledgerObserver;
  return {
    groupDone: (group) => {
      metrics?.ledgerObserver.groupDone(group);
      recordGroup(tracer, group);
    },
    groupRetried: (error) => metrics?.ledgerObserver.groupRetried(error),
    eventWritten: (event) => metrics?.ledgerObserver.eventWritten?.(event),
  };
}

/** A ledger whose commands belong to the trace they are given in. */
export function inTrace(ledger: Ledger, tracer: Tracer): Pick<Ledger, 'execute'> {
  return {
    execute: (command) => ledger.execute({ ...command, traceId: command.traceId ?? tracer.currentTraceId() }),
  };
}
