import type { AuditBenchResult } from './audit-bench.js';

/** The result for a person. */
export function auditTable({ events, wallets, verify, balanceAt, machine: m }: AuditBenchResult): string {
  const lines = [
    `A ledger of ${events} events in ${wallets} wallets`,
    `${m.cores} cores (${m.cpu}), ${m.memoryGb} GB, ${m.os}, Node ${m.node}, PostgreSQL ${m.postgres}, commit ${m.commit ?? 'unknown'}`,
    ...(m.loadBefore > 0.5 ? [`Others were using ${m.loadBefore} of each core before the run: expect noise.`] : []),
    '',
    `audit verify        ${verify.eventsPerSecond} events/s (${verify.seconds} s), ${verify.cpuMicrosAnEvent ?? '?'} µs of CPU an event`,
    `memory              ${verify.memoryMb ?? '?'} MB at most`,
    `findings            ${verify.findingsTotal}`,
    `balance at a date   median ${balanceAt.medianMs} ms, longest ${balanceAt.longestMs} ms of database time (${balanceAt.asked} asked)`,
  ];
  return `${lines.join('\n')}\n`;
}
