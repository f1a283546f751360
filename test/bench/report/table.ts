import type { Counts, ServiceCounts } from '../count/count-round.js';
import type { AuditReport } from '../audit/audit-ledger.js';
import type { LatencySummary } from '../load/latencies.js';
import type { RoundCost } from '../round-cost.js';
import type { Provenance } from './provenance.js';
import type { BenchResult, MemoryMb } from './result.js';
import { stolenPercent } from './stolen-time.js';

/** The result for a person. */
export function resultTable(result: BenchResult): string {
  const { machine: m } = result;
  const queue = result.queue === 'redis' ? 'Redis' : 'PostgreSQL';
  const lines = [
    `Scenario ${result.scenario}: ${result.wallets} wallets, ${result.perSecond === null ? `${result.connections} connections` : `${result.perSecond} arrivals/s`}, queue in ${queue}`,
    `${m.cores} cores (${m.cpu}), ${m.memoryGb} GB, ${m.os}, Node ${m.node}, PostgreSQL ${m.postgres}, commit ${m.commit ?? 'unknown'}`,
    `A flush to disk takes ${m.flushMs} ms; fsync, synchronous_commit and full_page_writes are on`,
    ...warnings(result),
    '',
    row('', 'engine', 'floor', 'ratio'),
    ...result.rounds.map(({ settledPerSecond, floorPerSecond }, index) =>
      row(`round ${index + 1}`, settledPerSecond, floorPerSecond, (settledPerSecond / floorPerSecond).toFixed(2)),
    ),
    row('settled/s (median)', result.settledPerSecond, result.floorPerSecond, result.ratio.toFixed(2)),
    ...(result.beside === null
      ? []
      : [
          row(
            `${result.beside.scenario}, in turns`,
            result.beside.settledPerSecond,
            '',
            result.beside.ratio.toFixed(2),
          ),
        ]),
    row('pgbench, same calls', '', result.pgbenchPerSecond ?? 'not installed', ''),
    '',
    latencyRow('latency, engine', result.latencyMs),
    latencyRow('latency, floor', result.floorLatencyMs),
    ...Object.entries(result.otherLatencyMs).map(([kind, latency]) => latencyRow(`latency, ${kind}`, latency)),
    costRow('cost, engine', result.costPerRedemption),
    costRow('cost, floor', result.floorCostPerRedemption),
    ...(result.counts === null ? [] : countLines(result.counts)),
    `answers             ${countsOf(result.statuses)}; other than 2xx: ${result.non2xx}; errors: ${countsOf(result.errors)}`,
    `memory              idle ${memory(result.memoryMb.idle)}; after load ${memory(result.memoryMb.afterLoad)}`,
    `audit               ${auditLine(result.audit)}`,
    ...result.audit.findings.map(({ invariant, where, detail }) => `  not so: ${invariant}: ${where} ${detail}`),
  ];
  return `${lines.join('\n')}\n`;
}

export function warnings({ machine, stolenShare }: Provenance): string[] {
  const stolen = stolenPercent(stolenShare);
  return [
    ...(machine.dataInMemory ? ['The data folder lies in memory: these figures are not durable ones.'] : []),
    ...(machine.loadBefore > 0.5
      ? [`Others were using ${machine.loadBefore} of each core before the run: expect noise.`]
      : []),
    ...(stolen === undefined
      ? []
      : [`The host gave ${stolen} of the processors’ time to others during the run: expect noise.`]),
  ];
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return `${name.padEnd(20)}${cells.map((cell) => String(cell).padStart(14)).join('')}`.trimEnd();
}

export function latencyRow(name: string, { p50, p95, p99, p999, max }: LatencySummary): string {
  return `${name.padEnd(20)}p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, p99.9 ${p999} ms, longest ${max} ms`;
}

function costRow(name: string, { cpuMs, walBytes }: RoundCost): string {
  const cpu = Object.entries(cpuMs).map(([process, ms]) => `${process} ${ms ?? '?'} ms`);
  return `${name.padEnd(20)}CPU a redemption: ${cpu.join(', ')}; ${walBytes} bytes of WAL`;
}

function countLines({ api, worker, jobs, redemptions }: Counts): string[] {
  const of = (name: string, c: ServiceCounts) =>
    `${`counts, ${name}`.padEnd(20)}a redemption: ${c.transactions} transactions, ${c.statements} statements, ${c.roundTrips} round trips, ${c.bytesToServer} + ${c.bytesFromServer} bytes; groups of ${c.groupSize}`;
  return [of('API', api), of('worker', worker), `${'jobs'.padEnd(20)}${jobs} a redemption (${redemptions} counted)`];
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([what, count]) => `${count} × ${what}`).join(', ');
}

export function memory({ api, worker, together }: MemoryMb): string {
  return together === null ? 'not known' : `${together} MB (API ${api}, worker ${worker})`;
}

export function auditLine({ wallets, events, redemptions, answers, findingsTotal }: AuditReport): string {
  const read = `${events} events of ${wallets} wallets, ${redemptions} redemptions, ${answers} answers`;
  return `${read}: ${findingsTotal === 0 ? 'no findings' : `${findingsTotal} FINDINGS`}`;
}
