import { warnings } from '../report/table.js';
import type { AuditBenchResult, AuditFigures } from './audit-bench.js';

/** The result for a person. */
export function auditTable(result: AuditBenchResult): string {
  const { sizes, machine: m } = result;
  const lines = [
    `${m.cores} cores (${m.cpu}), ${m.memoryGb} GB, ${m.os}, Node ${m.node}, PostgreSQL ${m.postgres}, commit ${m.commit ?? 'unknown'}`,
    ...warnings(result),
    ...sizes.flatMap(sizeLines),
  ];
  return `${lines.join('\n')}\n`;
}

function sizeLines({ events, wallets, verify, rebuild, balanceAt }: AuditFigures): readonly string[] {
  return [
    '',
    `A ledger of ${events} events in ${wallets} wallets`,
    `audit verify        ${verify.eventsPerSecond} events/s (${verify.seconds} s), ${cpu(verify)}, ${verify.memoryMb ?? '?'} MB at most`,
    `findings            ${verify.findingsTotal}`,
    `projections rebuild ${rebuild.eventsPerSecond} events/s (${rebuild.seconds} s), ${cpu(rebuild)}, ${rebuild.memoryMb ?? '?'} MB at most`,
    `balance at a date   median ${balanceAt.medianMs} ms, longest ${balanceAt.longestMs} ms of database time (${balanceAt.asked} asked)`,
  ];
}

function cpu(figures: {
  readonly cpuMicrosAnEvent: number | null;
  readonly serverCpuMicrosAnEvent: number | null;
}): string {
  return `${figures.cpuMicrosAnEvent ?? '?'} µs of CPU an event, the server’s ${figures.serverCpuMicrosAnEvent ?? '?'} µs`;
}
