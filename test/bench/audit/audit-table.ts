import type { AuditBenchResult } from './audit-bench.js';

/** The result for a person. */
export function auditTable({ events, wallets, verify, rebuild, balanceAt, machine: m }: AuditBenchResult): string {
  const lines = [
    `A ledger of ${events} events in ${wallets} wallets`,
    `${m.cores} cores (${m.cpu}), ${m.memoryGb} GB, ${m.os}, Node ${m.node}, PostgreSQL ${m.postgres}, commit ${m.commit ?? 'unknown'}`,
    ...(m.loadBefore > 0.5 ? [`Others were using ${m.loadBefore} of each core before the run: expect noise.`] : []),
    '',
    `audit verify        ${verify.eventsPerSecond} events/s (${verify.seconds} s), ${cpu(verify)}`,
    `memory              ${verify.memoryMb ?? '?'} MB at most`,
    `findings            ${verify.findingsTotal}`,
    `projections rebuild ${rebuild.eventsPerSecond} events/s (${rebuild.seconds} s), ${cpu(rebuild)}, ${rebuild.memoryMb ?? '?'} MB at most`,
    `balance at a date   median ${balanceAt.medianMs} ms, longest ${balanceAt.longestMs} ms of database time (${balanceAt.asked} asked)`,
  ];
  return `${lines.join('\n')}\n`;
}

function cpu(figures: {
  readonly cpuMicrosAnEvent: number | null;
  readonly serverCpuMicrosAnEvent: number | null;
}): string {
  return `${figures.cpuMicrosAnEvent ?? '?'} µs of CPU an event, the server’s ${figures.serverCpuMicrosAnEvent ?? '?'} µs`;
}
